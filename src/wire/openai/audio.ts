import type { Usage } from "../../model/usage.ts";
import { completionUsage } from "./chat-completions.ts";
import { secondsAt } from "../count.ts";
import { dialect } from "../dialect.ts";
import { stringAt, type JsonObject } from "../json.ts";
import { inputOutputUsage } from "./responses.ts";

const TERMINAL = new Set(["transcript.text.done", "transcription.done", "speech.audio.done"]);

/**
 * Transcription, translation and speech of OpenAI (tokens, or seconds with `type: "duration"`) and of Mistral
 * (tokens with `prompt_audio_seconds`).
 */
export const audio = dialect({
  usage: audioUsage,
  stream: {
    isTerminal: ({ type = "", data }) => data.startsWith("[DONE]") || TERMINAL.has(type),
    outputCharacters(data) {
      const length = (stringAt(data, "delta") ?? stringAt(data, "text") ?? "").length;
      return length > 0 ? length : undefined;
    },
  },
});

function audioUsage(raw: JsonObject): Usage | undefined {
  const seconds = secondsAt(raw, "seconds");
  if (raw["type"] === "duration") return seconds === undefined ? undefined : { audioSeconds: seconds };
  return inputOutputUsage(raw) ?? completionUsage(raw);
}
