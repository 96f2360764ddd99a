import type { Modality } from "../../factors/factor.ts";

/** Operations that are something else than text in, text out. */
const MODALITY_OF_OPERATION: Readonly<Record<string, Modality>> = {
  embeddings: "embedding",
  embedding: "embedding",
  images: "image",
  image: "image",
  image_generation: "image",
  videos: "video",
  video: "video",
  transcription: "audio",
  transcriptions: "audio",
  translation: "audio",
  translations: "audio",
  speech: "audio",
  audio: "audio",
  ocr: "ocr",
  moderation: "moderation",
  moderations: "moderation",
  classification: "moderation",
  classifications: "moderation",
  rerank: "rerank",
};

/** What is made: said by the operation, else by the model, else text. */
export function modalityOf(operation: string, modelModality: Modality | undefined): Modality {
  const byOperation = Object.hasOwn(MODALITY_OF_OPERATION, operation) ? MODALITY_OF_OPERATION[operation] : undefined;
  return byOperation ?? modelModality ?? "text";
}
