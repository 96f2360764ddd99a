import type { Usage } from "../../model/usage.ts";
import { countAt, statedUsage } from "../count.ts";
import { dialect } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { StreamEvent, type Framing } from "../framing.ts";
import { listAt, objectAt, stringAt, type JsonObject } from "../json.ts";
import { serverSentEvents } from "../server-sent-events.ts";
import { usageOfVideos } from "../requested-videos.ts";
import { textLength } from "../text-length.ts";

/** Replicate's streams carry bare text, and in the last event why they end; both are made objects here. */
const predictionEvents: Framing = {
  ...serverSentEvents,
  events: (piece, fromStart) =>
    serverSentEvents.events(piece, fromStart).map(({ event, data, object }) => {
      if (event === "output") return new StreamEvent(event, JSON.stringify({ text: data }));
      if (event !== "done") return new StreamEvent(event, data);
      return new StreamEvent(event, JSON.stringify({ status: stringAt(object, "reason") ?? "succeeded" }));
    }),
};

/**
 * Replicate's predictions, which go on at the provider until a poll says that they have ended, unless the request has
 * waited for it. Language models state their tokens in `metrics`, which a stream never does;
 * images and videos are counted, and videos as long and large as was asked for.
 *
 * @see https://replicate.com/docs/reference/http#predictions.get
 */
export const predictions = dialect({
  usageKey: "metrics",
  usage: metricsUsage,
  stateful: true,
  says(object, asked) {
    const rawUsage = objectAt(object, "metrics");
    const usage = rawUsage && metricsUsage(rawUsage);
    const images = countIn(object, IMAGE);
    const videos = countIn(object, VIDEO);
    return {
      model: stringAt(object, "model") || undefined,
      ...(rawUsage && { usage, rawUsage }),
      ...(images > 0 && { adds: { images } }),
      ...(videos > 0 && { adds: usageOfVideos({ ...asked?.videos, videos }) }),
      status: statusOf(object),
      jobId: stringAt(object, "id"),
      jobAlias: lastSegment(stringAt(objectAt(object, "urls"), "stream")),
      isError: saysError(object),
    };
  },
  stream: {
    framing: predictionEvents,
    // Replicate's SDK reads no further.
    endMarker: { lastByte: "}".charCodeAt(0), pattern: /^event: ?(?:done|error)\r?\ndata: ?\{[^\r\n]*\}\s*$/m },
    isTerminal: ({ event }) => event === "done" || event === "error",
    outputCharacters: (data) => textLength([stringAt(data, "text")]),
  },
});

function statusOf(object: JsonObject): string | undefined {
  const status = stringAt(object, "status");
  return status === "canceled" ? "cancelled" : status;
}

function metricsUsage(raw: JsonObject): Usage | undefined {
  const usage = statedUsage({
    inputTokens: countAt(raw, "input_token_count"),
    outputTokens: countAt(raw, "output_token_count"),
  });
  return Object.keys(usage).length > 0 ? usage : undefined;
}

const IMAGE = /^(?:data:image\/|https?:\/\/[^?#]+\.(?:png|jpe?g|webp|gif|svg|avif)(?:[?#]|$))/i;
const VIDEO = /^(?:data:video\/|https?:\/\/[^?#]+\.(?:mp4|webm|mov|mkv)(?:[?#]|$))/i;

/** How many of the files that a prediction has made are of a kind: it makes one, or a list of them. */
const countIn = (object: JsonObject, kind: RegExp): number =>
  [object["output"], ...listAt(object, "output")].filter((output) => typeof output === "string" && kind.test(output))
    .length;

const lastSegment = (url: string | undefined): string | undefined => url?.split(/[?#]/)[0]!.split("/").at(-1);
