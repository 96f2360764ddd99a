import { dialect, saysError, usageStatement } from "../dialect.ts";
import { objectAt, stringAt } from "../json.ts";
import { inputOutputUsage } from "./responses.ts";

const TERMINAL = new Set(["image_generation.completed", "image_edit.completed"]);

/** OpenAI's image generation, edit and variation. Newer models state tokens; images are counted for all. */
export const images = dialect({
  usage: inputOutputUsage,
  says(object) {
    const { data } = object;
    const ofEvent = TERMINAL.has(stringAt(object, "type") ?? "") ? { images: 1 } : undefined;
    return {
      model: stringAt(object, "model") || undefined,
      ...usageStatement(objectAt(object, "usage"), { usage: inputOutputUsage }),
      adds: Array.isArray(data) ? { images: data.length } : ofEvent,
      isError: saysError(object),
    };
  },
  usageOfText(text) {
    const images = text.split('"b64_json"').length - 1;
    return images > 0 ? { images } : undefined;
  },
  stream: {
    isTerminal: ({ type = "", data }) => data.startsWith("[DONE]") || TERMINAL.has(type),
    outputCharacters: () => undefined,
  },
});
