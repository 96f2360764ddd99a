import { ZONE_BASES, type ZoneBasis } from "../../model/footprint.ts";
import { OUTCOMES, type Outcome } from "../../model/request.ts";
import { isCounted, USAGE_CLASSES } from "../../model/usage.ts";
import { amount, moment, nested, text, usageOf, whole } from "../fields.ts";
import { statedOf } from "../stated-of-record.ts";
import { PAST_REQUEST, type Fields, type Notation, type PastRequest, type RecordKind } from "../past-request.ts";
import { RejectedRecord } from "../rejected-record.ts";

/** This project's own records, as `meter.on("request")` gives them, as JSON. */
export const ownRecords: RecordKind = {
  name: "llm-footprint",
  matches: (fields) => "usageSource" in fields && "startedAt" in fields,
  read(fields, notation) {
    const [id, provider, operation] = ["id", "provider", "operation"].map((name) => text(fields, name));
    if (!id || !provider || !operation) throw new RejectedRecord("id, provider or operation is missing");
    const usage = usageOfRecord(nested(fields, "usage"), notation);
    const outcome = text(fields, "outcome") as Outcome;
    const zoneBasis = text(fields, "zoneBasis") as ZoneBasis;
    return [
      {
        ...PAST_REQUEST,
        id,
        provider,
        operation,
        requests: whole(fields, "requests", notation) ?? 1,
        startedAtMilliseconds: moment(fields, "startedAt", notation),
        requestedModel: text(fields, "requestedModel"),
        respondedModel: text(fields, "respondedModel"),
        host: text(fields, "endpoint") ?? "",
        zone: text(fields, "zone"),
        zoneBasis: ZONE_BASES.includes(zoneBasis) ? zoneBasis : undefined,
        reasoningEffort: text(fields, "reasoningEffort"),
        servedBy: text(fields, "servedBy"),
        labels: Object.fromEntries(
          Object.entries(nested(fields, "labels")).filter(
            (label): label is [string, string] => typeof label[1] === "string",
          ),
        ),
        outcome: OUTCOMES.includes(outcome) ? outcome : "completed",
        errorType: text(fields, "errorType"),
        attempts: whole(fields, "attempts", notation) ?? 1,
        durationSeconds: amount(fields, "durationSeconds", notation) ?? 0,
        timeToFirstTokenSeconds: amount(fields, "timeToFirstTokenSeconds", notation),
        usage,
        usageByModel: usageByModelOf(nested(fields, "usageByModel"), notation),
        ...statedOf(fields),
        usageSource: !usage ? "missing" : text(fields, "usageSource") === "estimated" ? "estimated" : "reported",
        labelSources: [fields],
      },
    ];
  },
};

const usageOfRecord = (usage: Fields, notation: Notation) =>
  usageOf(
    Object.fromEntries(USAGE_CLASSES.map((name) => [name, (isCounted(name) ? whole : amount)(usage, name, notation)])),
  );

function usageByModelOf(shares: Fields, notation: Notation): PastRequest["usageByModel"] {
  const found = Object.keys(shares).map(
    (model) => [model, usageOfRecord(nested(shares, model), notation) ?? {}] as const,
  );
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}
