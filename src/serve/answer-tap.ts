import { contentDecoder } from "./content-decoder.ts";

/** Shows a relayed answer to the meter: its chunks as they came, decoded where they are compressed. */
export interface AnswerTap {
  chunk(bytes: Uint8Array): void;
  end(): void;
  cancel(): void;
  break(error: unknown): void;
}

/** @param contentEncoding of the answer, which itself goes on untouched */
export function answerTap(tap: AnswerTap, contentEncoding: string): AnswerTap {
  const stream = contentDecoder(contentEncoding);
  if (stream === "none" || stream === undefined) return tap;
  stream.on("data", (bytes: Buffer) => tap.chunk(bytes));
  stream.on("end", () => tap.end());
  stream.on("error", (error) => tap.break(error));
  return {
    chunk: (bytes) => void stream.write(bytes),
    end: () => void stream.end(),
    cancel() {
      tap.cancel();
      stream.destroy();
    },
    break(error) {
      tap.break(error);
      stream.destroy();
    },
  };
}
