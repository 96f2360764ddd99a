import { OUTCOMES, type Outcome } from "../model/request.ts";
import { USAGE_CLASSES } from "../model/usage.ts";
import { count, nested, text, time } from "./fields.ts";
import { PAST_REQUEST, RejectedRecord, type Source } from "./past-request.ts";

/** This project's own records, as `meter.on("request")` gives them, as JSON. */
export const ownRecords: Source = {
  name: "llm-footprint",
  matches: (fields) => "usageSource" in fields && "startedAt" in fields,
  read(fields) {
    const [id, provider, operation] = ["id", "provider", "operation"].map((name) => text(fields, name));
    if (!id || !provider || !operation) throw new RejectedRecord("id, provider or operation is missing");
    const usage = Object.fromEntries(
      USAGE_CLASSES.flatMap((usageClass) => {
        const amount = count(nested(fields, "usage"), usageClass);
        return amount === undefined ? [] : [[usageClass, amount]];
      }),
    );
    const known = Object.keys(usage).length > 0;
    const outcome = text(fields, "outcome") as Outcome;
    return [
      {
        ...PAST_REQUEST,
        id,
        provider,
        operation,
        startedAtMilliseconds: time(fields, "startedAt"),
        requestedModel: text(fields, "requestedModel"),
        respondedModel: text(fields, "respondedModel"),
        host: text(fields, "endpoint") ?? "",
        zone: text(fields, "zone"),
        labels: Object.fromEntries(
          Object.entries(nested(fields, "labels")).filter(
            (label): label is [string, string] => typeof label[1] === "string",
          ),
        ),
        outcome: OUTCOMES.includes(outcome) ? outcome : "completed",
        errorType: text(fields, "errorType"),
        attempts: count(fields, "attempts") ?? 1,
        durationSeconds: count(fields, "durationSeconds") ?? 0,
        timeToFirstTokenSeconds: count(fields, "timeToFirstTokenSeconds"),
        usage: known ? usage : undefined,
        usageSource: !known ? "missing" : text(fields, "usageSource") === "estimated" ? "estimated" : "reported",
      },
    ];
  },
};
