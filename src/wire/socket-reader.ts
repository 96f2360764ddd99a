import { geminiLive } from "./gemini/live.ts";
import { openaiSocket } from "./openai/realtime.ts";
import type { SocketReader } from "./turn.ts";

/** @returns a reader for a new socket, of whatever API */
export function socketReader(): SocketReader {
  const readers = [openaiSocket(), geminiLive];
  return (message) => {
    for (const read of readers) {
      const turn = read(message);
      if (turn) return turn;
    }
    return undefined;
  };
}

/** Most messages are audio, many times a second: only those that match need be parsed. */
export const MAY_TELL_OF_TURNS =
  /"(?:session\.(?:created|updated)|response\.(?:created|done|completed|failed|incomplete)|conversation\.item\.input_audio_transcription\.completed|usageMetadata)"/;
