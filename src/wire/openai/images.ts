import type { Dialect } from "../dialect.ts";
import { inputOutputUsage } from "./responses.ts";

const TERMINAL = new Set(["image_generation.completed", "image_edit.completed"]);

/** OpenAI's image generation, edit and variation. Newer models state tokens; images are counted for all. */
export const images: Dialect = {
  usageKey: "usage",
  usage: inputOutputUsage,
  usageOfAnswer: ({ data }) => (Array.isArray(data) ? { images: data.length } : undefined),
  usageOfText(text) {
    const images = text.split('"b64_json"').length - 1;
    return images > 0 ? { images } : undefined;
  },
  stream: {
    usageOfEvent: { images: 1 },
    isTerminal: ({ type = "", data }) => data.startsWith("[DONE]") || TERMINAL.has(type),
    outputCharacters: () => undefined,
  },
};
