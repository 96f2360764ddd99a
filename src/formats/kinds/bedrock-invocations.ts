import { failure, idText, items, moment, nested, reported, text } from "../fields.ts";
import { PAST_REQUEST, readEach, type Fields, type Finding, type Notation, type RecordKind } from "../past-request.ts";
import { providerUsage } from "../provider-usage.ts";
import { strayEntries } from "../stray-entries.ts";

/** Amazon Bedrock's model invocation logs, as they lie in S3, or as messages of CloudWatch. */
export const bedrock: RecordKind = {
  name: "bedrock",
  matches: (fields) =>
    text(fields, "schemaType") === "ModelInvocationLog" ||
    [fields, ...eventsOf(fields)].some((each) => /ModelInvocationLog/.test(messageOf(each) ?? "")) ||
    // What a subscription of CloudWatch delivers says whether it works as well.
    ("logEvents" in fields && fields["messageType"] === "CONTROL_MESSAGE") ||
    // The columns of a table of CloudWatch's, whose rows are looked at one by one.
    ("@message" in fields && "@timestamp" in fields),
  read(fields, notation) {
    if ("modelId" in fields) return [invocation(fields, notation)];
    const events = EVENTS.some((name) => name in fields) ? eventsOf(fields) : [fields];
    return [
      ...readEach(events, (event) => {
        const log = nested({ log: messageOf(event) }, "log");
        return "modelId" in log ? invocation(log, notation) : OTHER;
      }),
      ...strayEntries(fields, EVENTS),
    ];
  },
};

/** As CloudWatch's API answers, and as its subscriptions deliver. */
const EVENTS = ["events", "logEvents"];
const OTHER: Finding = { passedOver: "log entries that call no model" };

const eventsOf = (fields: Fields): Fields[] => EVENTS.flatMap((name) => items(fields, name));

const messageOf = (event: Fields): string | undefined => text(event, "message") ?? text(event, "@message");

function invocation(log: Fields, notation: Notation): Finding {
  const [input, output] = [nested(log, "input"), nested(log, "output")];
  const id = idText(log, "requestId");
  const model = text(log, "modelId")?.split("/").at(-1);
  const error = text(log, "errorCode");
  const served = text(log, "inferenceRegion");
  return {
    ...PAST_REQUEST,
    id: id && `bedrock:${id}`,
    provider: "aws.bedrock",
    operation: /embed/i.test(model ?? "") ? "embeddings" : "chat",
    requestedModel: model,
    startedAtMilliseconds: moment(log, "timestamp", notation),
    ...zoneOf(served, text(log, "region")),
    ...(error === undefined ? reported(usageOfLog(input, output, notation)) : failure(error)),
    labelSources: [log, nested(log, "requestMetadata"), nested(log, "identity")],
  };
}

/** Where it was served, or else the region that was asked: a profile for several regions may have sent it elsewhere. */
const zoneOf = (served: string | undefined, asked: string | undefined) =>
  served === undefined
    ? { zone: asked, zoneBasis: "endpoint" as const }
    : { zone: served, zoneBasis: "stated" as const };

function usageOfLog(input: Fields, output: Fields, notation: Notation) {
  const total = nested(nested(output, "outputBodyJson"), "usage")["totalTokens"];
  return providerUsage(
    {
      inputTokens: input["inputTokenCount"],
      cacheReadInputTokens: input["cacheReadInputTokenCount"],
      cacheWriteInputTokens: input["cacheWriteInputTokenCount"],
      outputTokens: output["outputTokenCount"],
      totalTokens: total,
    },
    notation,
  );
}
