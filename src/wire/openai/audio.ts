import type { Usage } from "../../model/usage.ts";
import { completionUsage } from "./completion-usage.ts";
import { secondsAt } from "../count.ts";
import { dialect, usageStatement, type Statement } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { objectAt, stringAt, type JsonObject } from "../json.ts";
import { inputOutputUsage } from "./input-output-usage.ts";

const TERMINAL = new Set(["transcript.text.done", "transcription.done", "speech.audio.done"]);

/**
 * Transcription, translation and speech of OpenAI (tokens, or seconds with `type: "duration"`) and of Mistral
 * (tokens with `prompt_audio_seconds`). Groq and vLLM state nothing but the `duration` of a `verbose_json`.
 */
export const audio = dialect({
  usage: audioUsage,
  says(object) {
    const stated = usageStatement(objectAt(object, "usage"), { usage: audioUsage });
    return {
      model: stringAt(object, "model") || undefined,
      ...(stated.usage ? stated : durationStatement(object)),
      isError: saysError(object),
    };
  },
  stream: {
    isTerminal: ({ type = "", data }) => data.startsWith("[DONE]") || TERMINAL.has(type),
    outputCharacters(data) {
      const length = (stringAt(data, "delta") ?? stringAt(data, "text") ?? "").length;
      return length > 0 ? length : undefined;
    },
  },
});

/** Some servers write the seconds as text. */
function durationStatement({ duration }: JsonObject): Pick<Statement, "rawUsage" | "usage"> {
  const seconds = typeof duration === "string" && duration !== "" ? Number(duration) : duration;
  const audioSeconds = secondsAt({ seconds }, "seconds");
  return audioSeconds === undefined ? {} : { rawUsage: { duration }, usage: { audioSeconds } };
}

function audioUsage(raw: JsonObject): Usage | undefined {
  const seconds = secondsAt(raw, "seconds");
  if (raw["type"] === "duration") return seconds === undefined ? undefined : { audioSeconds: seconds };
  return inputOutputUsage(raw) ?? completionUsage(raw);
}
