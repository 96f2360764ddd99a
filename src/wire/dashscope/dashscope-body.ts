import { numberAt } from "../count.ts";
import { objectAt, stringAt } from "../json.ts";
import { requestedVideos } from "../requested-videos.ts";
import { effortOf, type RequestReader } from "../requested-limits.ts";

/** Whose answers are tasks that are asked after. */
const TASKS = new Set<string | undefined>(["images", "videos", "transcriptions"]);

/** Requests of DashScope's own API: settings stand under `parameters`. A header says whether they stream. */
export const dashscopeBody: RequestReader = {
  settingsKey: "parameters",
  limits(body, operation) {
    const parameters = objectAt(body, "parameters");
    return {
      model: stringAt(body, "model"),
      maximumOutputTokens: numberAt(parameters, "max_tokens"),
      streamed: undefined,
      background: TASKS.has(operation) || undefined,
      reasoningEffort: effortOf(parameters?.["reasoning_effort"]),
      ...(operation === "videos" && { videos: requestedVideos(parameters) }),
    };
  },
  rewritten: (body, _operation, { model, maximumOutputTokens }) => ({
    ...body,
    ...(model !== undefined && { model }),
    ...(maximumOutputTokens !== undefined && {
      parameters: { ...objectAt(body, "parameters"), max_tokens: maximumOutputTokens },
    }),
  }),
};
