import { dialect } from "../dialect.ts";
import { usageMetadata } from "./generate-content.ts";

/** Gemini's embeddings: input only, and only newer models state it. */
export const embedContent = dialect({
  mayOmitInput: true,
  usageKey: "usageMetadata",
  modelKey: "modelVersion",
  usage(raw) {
    const { outputTokens: _, ...input } = usageMetadata(raw) ?? {};
    return Object.keys(input).length > 0 ? input : undefined;
  },
});
