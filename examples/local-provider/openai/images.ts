import type OpenAI from "openai";

import { json, typedEvents, type Exchange, type Routes } from "../exchange.ts";
import { countTokens, NOW_SECONDS } from "../language.ts";

/** What an image of the default size costs in tokens. */
export const TOKENS_PER_IMAGE = 272;

/** Images: `n` of them, each of 272 tokens. dall-e models state no usage. */
export const imageRoutes: Routes = {
  "POST /images/generations": (exchange) => imagesFor(exchange, "image_generation"),
  "POST /images/edits": (exchange) => imagesFor(exchange, "image_edit"),
  "POST /images/variations": (exchange) => imagesFor(exchange, "image_edit"),
};

interface ImageRequest {
  readonly model?: string;
  readonly prompt?: string;
  readonly n?: number | string;
  readonly stream?: boolean | string;
  readonly partial_images?: number | string;
}

const PIXEL = Buffer.from("a very small image").toString("base64");

function imagesFor({ body, deployment }: Exchange, event: "image_generation" | "image_edit") {
  const request = body as ImageRequest;
  const model = deployment ?? request.model ?? "dall-e-2";
  const count = Number(request.n ?? 1);
  const usage = usageOf(request.prompt ?? "", count, event === "image_edit" ? 64 : 0);
  if (String(request.stream) === "true") {
    const common = {
      b64_json: PIXEL,
      background: "opaque",
      created_at: NOW_SECONDS,
      output_format: "png",
      quality: "low",
      size: "1024x1024",
    };
    const partial = Array.from({ length: Number(request.partial_images ?? 0) }, (_, index) => ({
      type: `${event}.partial_image`,
      partial_image_index: index,
      ...common,
    }));
    return typedEvents([...partial, { type: `${event}.completed`, ...common, usage }]);
  }
  const data = Array.from({ length: count }, () => ({ b64_json: PIXEL }));
  return json({ created: NOW_SECONDS, data, ...(!model.startsWith("dall-e") && { usage }) });
}

function usageOf(prompt: string, count: number, imageTokens: number): OpenAI.ImagesResponse.Usage {
  const textTokens = countTokens(prompt);
  const output = count * TOKENS_PER_IMAGE;
  return {
    input_tokens: textTokens + imageTokens,
    input_tokens_details: { text_tokens: textTokens, image_tokens: imageTokens },
    output_tokens: output,
    total_tokens: textTokens + imageTokens + output,
  };
}
