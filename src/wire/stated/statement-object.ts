import type { SeenBody } from "../../transport/body-tap.ts";
import { isObject, lastObject, parsed } from "../json.ts";
import { serverSentEvents } from "../server-sent-events.ts";

/** Where the last events stand, one of which may state something. */
const LAST_EVENTS_BYTES = 8 * 1024;

/** What stands under a key at the top of an answer, or of the last event that has it. */
export function statementObject(key: string, seen: SeenBody, isStream: boolean): unknown {
  const { json, text, excerpt } = seen;
  if (json !== undefined) return isObject(json) ? json[key] : undefined;
  const whole = text ?? excerpt?.tail(isStream ? LAST_EVENTS_BYTES : Infinity) ?? "";
  if (!whole.includes(`"${key}"`)) return undefined;
  if (!isStream) return lastObject(whole, key, 1, (object) => object)?.object ?? otherThanObject(whole, key);
  const fromStart = text !== undefined || excerpt!.covers(LAST_EVENTS_BYTES);
  const events = serverSentEvents.events({ text: whole, bytes: Buffer.from(whole) }, fromStart);
  return events.findLast(({ data, object }) => data.includes(key) && object?.[key] !== undefined)?.object?.[key];
}

/** What stands there in place of an object, in a text that is whole. */
function otherThanObject(text: string, key: string): unknown {
  const answer = parsed(text);
  return isObject(answer) ? answer[key] : undefined;
}
