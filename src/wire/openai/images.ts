import { dialect, usageStatement } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { objectAt, stringAt } from "../json.ts";
import { inputOutputUsage } from "./input-output-usage.ts";

const TERMINAL = new Set(["image_generation.completed", "image_edit.completed"]);

/** OpenAI's image generation, edit and variation. Newer models state tokens; images are counted for all. */
export const images = dialect({
  usage: inputOutputUsage,
  says(object) {
    const { data } = object;
    const stated = usageStatement(objectAt(object, "usage"), { usage: inputOutputUsage });
    const common = { model: stringAt(object, "model") || undefined, isError: saysError(object) };
    // Each image of a stream states its own usage.
    if (TERMINAL.has(stringAt(object, "type") ?? ""))
      return { ...common, rawUsage: stated.rawUsage, adds: { ...stated.usage, images: 1 } };
    return { ...common, ...stated, ...(Array.isArray(data) && { adds: { images: data.length } }) };
  },
  usageOfText(text) {
    // Each as its bytes, or as the address where they are; some servers name both.
    const images = Math.max(...['"b64_json"', '"url"'].map((key) => text.split(key).length - 1));
    return images > 0 ? { images } : undefined;
  },
  stream: {
    addsUp: { images: 1 },
    isTerminal: ({ type = "", data }) => data.startsWith("[DONE]") || TERMINAL.has(type),
    outputCharacters: () => undefined,
  },
});
