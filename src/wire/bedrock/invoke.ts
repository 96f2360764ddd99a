import { awsEventStream } from "../aws-event-stream.ts";
import { countAt, statedUsage } from "../count.ts";
import { dialect, type Statement } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { objectAt, stringAt, type JsonObject } from "../json.ts";
import { NEVER } from "./end-marker.ts";
import { charactersOfVendor, statedByVendor, usageOfVendor } from "./vendors.ts";

/** With the last event of every stream of Bedrock's own. */
const METRICS = "amazon-bedrock-invocationMetrics";
const TERMINAL = new Set(["message_stop", "error"]);

/**
 * Bedrock's InvokeModel and InvokeModelWithResponseStream: bodies as each vendor has them. Where a body says nothing of
 * its usage (Cohere, older Mistral), the answer's headers do, and in a stream the metrics with its last event.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
 */
export const invoke = dialect({
  usage: usageOfVendor,
  says: (object) => ({
    model: stringAt(objectAt(object, "message") ?? object, "model") || undefined,
    ...statedByVendor(object),
    ...countedByBedrock(object),
    isError: saysError(object),
  }),
  usageOfHeaders(headers) {
    const count = (name: string): number | undefined => {
      const value = headers.get(`x-amzn-bedrock-${name}-token-count`);
      return value === null || value === "" ? undefined : countAt({ value: Number(value) }, "value");
    };
    return statedUsage({
      inputTokens: count("input"),
      cacheReadTokens: count("cache-read-input"),
      cacheWriteTokens: count("cache-write-input"),
      outputTokens: count("output"),
    });
  },
  stream: {
    framing: awsEventStream,
    beginsWithUsage: true,
    endMarker: NEVER,
    isTerminal: ({ type = "", data }) => data.includes(`"${METRICS}"`) || TERMINAL.has(type),
    outputCharacters: charactersOfVendor,
  },
});

/** Bedrock's own counts, which stand in where the vendor's event has none, and images. */
function countedByBedrock(object: JsonObject): Pick<Statement, "adds"> {
  const metrics = objectAt(object, METRICS);
  const { images, artifacts } = object;
  const made = Array.isArray(images) ? images.length : Array.isArray(artifacts) ? artifacts.length : undefined;
  const adds = statedUsage({
    inputTokens: countAt(metrics, "inputTokenCount"),
    cacheReadTokens: countAt(metrics, "cacheReadInputTokenCount"),
    cacheWriteTokens: countAt(metrics, "cacheWriteInputTokenCount"),
    outputTokens: countAt(metrics, "outputTokenCount"),
    images: made,
  });
  return Object.keys(adds).length > 0 ? { adds } : {};
}
