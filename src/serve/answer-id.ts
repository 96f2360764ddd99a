import { firstString } from "../wire/json.ts";
import type { AnswerTap } from "./answer-tap.ts";

/** How far into an answer, and from its end, its id is looked for. */
const LOOKED_AT_BYTES = 1024;

/**
 * Shows an answer to a tap, and tells its id when it has ended, however it has.
 *
 * @param key the name of the id in the answer, or in the events of a stream
 */
export function tellingId(tap: AnswerTap, key: string, tell: (id: string) => void): AnswerTap {
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  let id: string | undefined;
  const chunk = (bytes: Uint8Array): void => {
    tap.chunk(bytes);
    if (id !== undefined) return;
    if (head.byteLength < LOOKED_AT_BYTES) {
      const more = bytes.subarray(0, LOOKED_AT_BYTES - head.byteLength);
      head = head.byteLength === 0 ? Buffer.from(more) : Buffer.concat([head, more]);
      id = firstString(head.toString("latin1"), key);
    }
    if (id === undefined) tail = Buffer.concat([tail, bytes.subarray(-LOOKED_AT_BYTES)]).subarray(-LOOKED_AT_BYTES);
  };
  const over = (): void => {
    id ??= firstString(tail.toString("latin1"), key);
    if (id !== undefined) tell(id);
  };
  return {
    chunk,
    end() {
      tap.end();
      over();
    },
    cancel() {
      tap.cancel();
      over();
    },
    break(error) {
      tap.break(error);
      over();
    },
  };
}
