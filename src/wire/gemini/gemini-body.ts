import { numberAt } from "../count.ts";
import { objectAt, stringAt, type JsonObject } from "../json.ts";
import { requestedVideos } from "../requested-videos.ts";
import { effortOf, type RequestReader } from "../requested-limits.ts";

/** The API takes all names in both casings. */
const CONFIGURATIONS = ["generationConfig", "generation_config"] as const;
const LIMITS = ["maxOutputTokens", "max_output_tokens"] as const;

/** Requests of Gemini: the model stands in the path, but for interactions, which also say whether they stream. */
export const geminiBody: RequestReader = {
  settingsKey: "parameters",
  limits: (body, operation) => ({
    model: stringAt(body, "model"),
    maximumOutputTokens: CONFIGURATIONS.flatMap((name) => LIMITS.map((limit) => numberAt(objectAt(body, name), limit)))
      .filter((limit) => limit !== undefined)
      .at(0),
    streamed: body["stream"] === true || undefined,
    background: body["background"] === true || undefined,
    reasoningEffort: CONFIGURATIONS.map((name) => thinkingLevel(objectAt(body, name))).find(Boolean),
    ...(operation === "videos" && { videos: requestedVideos(objectAt(body, "parameters")) }),
  }),
  rewritten(body, operation, { model, maximumOutputTokens }) {
    const ofInteraction = operation === "interactions";
    return {
      ...body,
      ...(ofInteraction && model !== undefined && { model }),
      ...(maximumOutputTokens !== undefined && limited(body, ofInteraction, maximumOutputTokens)),
    };
  },
};

/** `thinkingLevel` of the thinking configuration; interactions have it beside the limits. */
function thinkingLevel(configuration: JsonObject | undefined): string | undefined {
  const thinking =
    objectAt(configuration, "thinkingConfig") ?? objectAt(configuration, "thinking_config") ?? configuration;
  return effortOf(thinking?.["thinkingLevel"] ?? thinking?.["thinking_level"]);
}

function limited(body: JsonObject, ofInteraction: boolean, maximumOutputTokens: number): JsonObject {
  const name = CONFIGURATIONS.find((key) => key in body) ?? CONFIGURATIONS[ofInteraction ? 1 : 0];
  const configuration = objectAt(body, name) ?? {};
  const limit = LIMITS.find((key) => key in configuration) ?? LIMITS[name === "generation_config" ? 1 : 0];
  return { [name]: { ...configuration, [limit]: maximumOutputTokens } };
}
