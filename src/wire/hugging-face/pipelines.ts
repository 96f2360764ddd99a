import { create, type Route } from "../family.ts";
import { dialect } from "../dialect.ts";
import { silent } from "../silent.ts";
import { textGeneration } from "./text-generation.ts";

/** An image or a video is answered as its bytes. */
const mediaBytes = dialect({
  usage: () => undefined,
  usageOfHeaders(headers) {
    const type = headers.get("content-type") ?? "";
    if (type.startsWith("image/")) return { images: 1 };
    return type.startsWith("video/") ? { videos: 1 } : undefined;
  },
});

const OPERATIONS: readonly (readonly [tasks: string, operation: string])[] = [
  ["feature-extraction|sentence-similarity|image-feature-extraction", "embeddings"],
  ["text-ranking", "rerank"],
  ["automatic-speech-recognition", "transcriptions"],
  ["text-to-speech|text-to-audio", "speech"],
  ["(?:[a-z]+-)*classification", "classifications"],
];

const MODEL = "/models/{id}/{id}";

/** Hugging Face's own inference, by the task of the model. None but text generation states what it used. */
export const pipelineRoutes: readonly Route[] = [
  create(`${MODEL}/pipeline/text-generation`, "completions", textGeneration),
  create(`${MODEL}/pipeline/(?:text-to-image|image-to-image)`, "images", mediaBytes),
  create(`${MODEL}/pipeline/(?:text-to-video|image-to-video)`, "videos", mediaBytes),
  ...OPERATIONS.map(([tasks, operation]) => create(`${MODEL}/pipeline/(?:${tasks})`, operation, silent)),
  create(`${MODEL}/pipeline/{id}`, "pipeline", silent),
  // Without a task it is the model's own: text generation answers with counts, others do not.
  create(MODEL, "completions", textGeneration, { isGeneric: true }),
];
