import type { Usage } from "../model/usage.ts";
import type { Dialect } from "./dialect.ts";
import type { JsonObject } from "./json.ts";
import { inputOutputUsage } from "./responses.ts";

/** OpenAI's image generation, edit and variation; the older models state no usage, but their images can be counted. */
export const images: Dialect = {
  usageKey: "usage",
  usage: inputOutputUsage,
  usageOfAnswer: countedImages,
  stream: {
    isTerminal: ({ event, data }) =>
      data.startsWith("[DONE]") || event === "image_generation.completed" || event === "image_edit.completed",
    outputCharacters: () => undefined,
  },
};

function countedImages(answer: JsonObject): Usage | undefined {
  const data = answer["data"];
  return Array.isArray(data) ? { images: data.length } : undefined;
}
