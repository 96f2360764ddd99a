import type { Usage } from "../../model/usage.ts";
import { megapixelsOf } from "../../model/video-size.ts";
import { countAt, largest, secondsAt, statedUsage, without } from "../count.ts";
import { objectAt, stringAt, type JsonObject } from "../json.ts";
import type { Asked } from "../reading.ts";
import { usageOfVideos } from "../requested-videos.ts";

/**
 * The usage of DashScope's own API: tokens, with those cached inside the input and those of reasoning inside the output;
 * images and videos made, and seconds of audio read.
 *
 * @see https://github.com/dashscope/dashscope-sdk-java, `GenerationUsage`, `MultiModalConversationUsage`
 */
export function dashscopeUsage(
  raw: JsonObject,
  { videos, transcribes = false }: DashscopeAsked = {},
): Usage | undefined {
  const usage = { ...tokens(raw), ...made(raw, videos), ...(transcribes && heard(raw)) };
  return Object.keys(usage).length > 0 ? usage : undefined;
}

export interface DashscopeAsked extends Pick<Asked, "videos"> {
  /** Whether the duration that is stated is that of a sound, which was read. */
  readonly transcribes?: boolean;
}

function tokens(raw: JsonObject): Usage {
  const details = objectAt(raw, "prompt_tokens_details") ?? objectAt(raw, "input_tokens_details");
  const cacheRead = largest(countAt(details, "cached_tokens"), countAt(raw, "cached_tokens"));
  const cacheWrite = countAt(details, "cache_creation_input_tokens");
  const reasoning = countAt(objectAt(raw, "output_tokens_details"), "reasoning_tokens");
  const output = countAt(raw, "output_tokens");
  // Embeddings and rerank state a total alone.
  const input = countAt(raw, "input_tokens") ?? (output === undefined ? countAt(raw, "total_tokens") : undefined);
  return statedUsage({
    inputTokens: without(input, cacheRead, cacheWrite),
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    outputTokens: without(output, reasoning),
    reasoningTokens: reasoning,
  });
}

/** Wan's newer models state the whole duration, in which the input may be, beside that of the output. */
function made(raw: JsonObject, asked: Asked["videos"]): Usage {
  const videos = countAt(raw, "video_count");
  const resolution = countAt(raw, "SR");
  if (videos === undefined) return statedUsage({ images: countAt(raw, "image_count") });
  return usageOfVideos({
    videos,
    seconds:
      secondsAt(raw, "output_video_duration") ??
      secondsAt(raw, "video_duration") ??
      secondsAt(raw, "duration") ??
      asked?.seconds,
    megapixels:
      megapixelsOf(stringAt(raw, "size") ?? "") ??
      (resolution === undefined ? undefined : megapixelsOf(`${resolution}p`)) ??
      asked?.megapixels,
  });
}

const heard = (raw: JsonObject): Usage =>
  statedUsage({ audioSeconds: secondsAt(raw, "duration") ?? secondsAt(raw, "seconds") });
