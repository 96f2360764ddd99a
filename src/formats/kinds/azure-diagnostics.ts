import { amount, failure, idText, moment, nested, numberAt, reported, text } from "../fields.ts";
import { PAST_REQUEST, type RecordKind } from "../past-request.ts";
import { providerUsage } from "../provider-usage.ts";

/** What `operationName` says was done; other operations call no model. */
const OPERATIONS: readonly (readonly [RegExp, string])[] = [
  [/^chatcompletions_create/i, "chat"],
  [/^completions_create/i, "completions"],
  [/^embeddings_create/i, "embeddings"],
  [/^(?:create)?responses?(?:_create)?$/i, "responses"],
  [/^apimanagement/i, "chat"],
  [/^gateway/i, "chat"],
];

/**
 * Azure's diagnostic logs of Azure OpenAI (`RequestResponse`, which state no tokens) and of API Management, whose logged
 * answers do.
 */
export const azureDiagnostics: RecordKind = {
  name: "azure-diagnostics",
  note: "Azure's RequestResponse logs state no tokens; take Azure Monitor's metrics, or log the answers in API Management.",
  matches: (fields) =>
    ("category" in fields && ["resourceId", "correlationId"].some((name) => name in fields)) ||
    "BackendResponseBody" in fields,
  read(fields, notation) {
    const properties = { ...nested(fields, "properties"), ...fields };
    // Names begin with a capital in a table of Log Analytics, and without one in an export.
    const [body = "", code = ""] = ["BackendResponseBody", "BackendResponseCode"].map((name) =>
      name in properties ? name : `b${name.slice(1)}`,
    );
    const answer = nested(properties, body);
    const name = text(fields, "operationName") ?? "";
    const operation = "usage" in answer ? "chat" : OPERATIONS.find(([pattern]) => pattern.test(name))?.[1];
    const model = text(properties, "modelName");
    if (operation === undefined || (model === undefined && !("usage" in answer))) {
      return [{ passedOver: "log entries that call no model" }];
    }
    const status = numberAt(properties, "resultSignature") ?? numberAt(properties, code);
    const version = text(properties, "modelVersion");
    const id =
      idText(properties, "CorrelationId") ?? idText(properties, "correlationId") ?? idText(properties, "apimRequestId");
    const time = ["time", "TimeGenerated", "timestamp"].find((each) => each in fields) ?? "time";
    return [
      {
        ...PAST_REQUEST,
        id: id && `azure:${id}`,
        provider: "azure.ai.openai",
        zone: text(fields, "location"),
        zoneBasis: "endpoint",
        operation,
        requestedModel: model && /^\d{4}-\d\d-\d\d$/.test(version ?? "") ? `${model}-${version}` : model,
        respondedModel: text(answer, "model"),
        startedAtMilliseconds: moment(fields, time, notation),
        durationSeconds: (amount(fields, "durationMs", notation) ?? 0) / 1000,
        ...(status !== undefined && status >= 400
          ? failure(`http_${status}`)
          : reported(providerUsage(nested(answer, "usage"), notation))),
        labelSources: [fields, properties],
      },
    ];
  },
};
