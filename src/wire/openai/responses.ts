import { dialect } from "../dialect.ts";
import { isObject, listAt, objectAt, stringAt, type JsonObject } from "../json.ts";
import { inputOutputUsage } from "./input-output-usage.ts";
import { jobStatement } from "./job-statement.ts";

const TERMINAL = new Set(["response.completed", "response.failed", "response.incomplete", "response.cancelled"]);

/**
 * OpenAI's Responses. The tokens of images that its tool made stand beside the usage, in `tool_usage.image_gen`: they are
 * another model's, so that only the images are counted.
 */
export const responses = dialect({
  usage: inputOutputUsage,
  stateful: true,
  says(object, asked) {
    const images = imagesIn(objectAt(object, "response") ?? object);
    return {
      ...jobStatement(object, { usage: inputOutputUsage }, asked),
      ...(images > 0 && { adds: { images } }),
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

/** The images that a response's tool has made. */
const imagesIn = (response: JsonObject): number =>
  listAt(response, "output").filter(
    (item) => isObject(item) && item["type"] === "image_generation_call" && item["status"] !== "failed",
  ).length;
