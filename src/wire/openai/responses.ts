import type { Usage } from "../../model/usage.ts";
import { statedUsage } from "../count.ts";
import { dialect } from "../dialect.ts";
import { listAt, objectAt, stringAt, type JsonObject } from "../json.ts";
import type { ModelUsage } from "../model-usage.ts";
import { completionUsage } from "./completion-usage.ts";
import { inputOutputUsage } from "./input-output-usage.ts";
import { jobStatement } from "./job-statement.ts";

const TERMINAL = new Set(["response.completed", "response.failed", "response.incomplete", "response.cancelled"]);

/**
 * OpenAI's Responses. What its image tool used stands beside the usage, in `tool_usage.image_gen`: the images and their
 * tokens are another model's.
 */
export const responses = dialect({
  usage: responseUsage,
  stateful: true,
  says(object, asked) {
    const imageTool = imageToolUsage(objectAt(object, "response") ?? object);
    return {
      ...jobStatement(object, { usage: responseUsage }, asked),
      ...(imageTool && { beside: [imageTool] }),
    };
  },
  usageOfText(text) {
    const images = text.split(/"type"\s*:\s*"image_generation_call"/).length - 1;
    return images > 0 ? { images } : undefined;
  },
  stream: {
    isTerminal: ({ type = "", data }) => data.startsWith("[DONE]") || TERMINAL.has(type),
    outputCharacters(data) {
      const type = stringAt(data, "type");
      if (type?.endsWith(".delta") !== true) return undefined;
      const length = stringAt(data, "delta")?.length ?? 0;
      return length > 0 ? length : undefined;
    },
  },
});

/** Some servers of one's own use the names of chat completions. */
function responseUsage(raw: JsonObject): Usage | undefined {
  return inputOutputUsage(raw) ?? completionUsage(raw);
}

/** The model of the image tool where neither the request nor the answer names one (openai 7.57.0). */
const IMAGE_MODEL = "gpt-image-2.6-sunburst";

function imageToolUsage(response: JsonObject): ModelUsage | undefined {
  const images = listAt(response, "output").filter(
    (item) => isOf(item, "image_generation_call") && stringAt(item, "status") !== "failed",
  ).length;
  const tokens = objectAt(objectAt(response, "tool_usage"), "image_gen");
  const usage = statedUsage({ ...(tokens && inputOutputUsage(tokens)), images: images > 0 ? images : undefined });
  if (Object.values(usage).every((amount) => amount === 0)) return undefined;
  const tool = listAt(response, "tools").find((item) => isOf(item, "image_generation"));
  return { model: stringAt(tool, "model") || IMAGE_MODEL, usage };
}

const isOf = (item: unknown, type: string): boolean => stringAt(item, "type") === type;
