import type { Usage } from "../../model/usage.ts";
import {
  amount,
  failure,
  firstText,
  firstWhole,
  idText,
  moment,
  nested,
  numberAt,
  reported,
  text,
  usageOf,
} from "../fields.ts";
import { PAST_REQUEST, type Fields, type Notation, type RecordKind } from "../past-request.ts";
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
    "BackendResponseBody" in fields ||
    ("PromptTokens" in fields && "CorrelationId" in fields),
  read(fields, notation) {
    const properties = { ...nested(fields, "properties"), ...fields };
    // Names begin with a capital in a table of Log Analytics, and without one in an export.
    const [body = "", code = ""] = ["BackendResponseBody", "BackendResponseCode"].map((name) =>
      name in properties ? name : `b${name.slice(1)}`,
    );
    const answer = nested(properties, body);
    const name = text(fields, "operationName") ?? "";
    const counted = tokensOf(properties, notation);
    const operation = "usage" in answer || counted ? "chat" : OPERATIONS.find(([pattern]) => pattern.test(name))?.[1];
    const model = firstText(properties, "modelName", "ModelName");
    if (operation === undefined || (model === undefined && !("usage" in answer) && !counted)) {
      return [{ passedOver: "log entries that call no model" }];
    }
    const status = numberAt(properties, "resultSignature") ?? numberAt(properties, code);
    const version = text(properties, "modelVersion");
    const id =
      idText(properties, "CorrelationId") ?? idText(properties, "correlationId") ?? idText(properties, "apimRequestId");
    const time = ["time", "TimeGenerated", "TimeGenerated [UTC]", "timestamp"].find((each) => each in fields) ?? "time";
    return [
      {
        ...PAST_REQUEST,
        id: id && `azure:${id}`,
        provider: "azure.ai.openai",
        zone: firstText(fields, "location", "Region"),
        zoneBasis: "endpoint",
        operation,
        requestedModel: model && /^\d{4}-\d\d-\d\d$/.test(version ?? "") ? `${model}-${version}` : model,
        respondedModel: text(answer, "model"),
        startedAtMilliseconds: moment(fields, time, notation),
        durationSeconds: (amount(fields, "durationMs", notation) ?? 0) / 1000,
        ...(status !== undefined && status >= 400
          ? failure(`http_${status}`)
          : reported(counted ?? providerUsage(nested(answer, "usage"), notation))),
        labelSources: [fields, properties],
      },
    ];
  },
};

/** What API Management's gateway for language models counts (`GatewayLlmLogs`), of one call. */
const tokensOf = (properties: Fields, notation: Notation): Usage | undefined =>
  usageOf({
    inputTokens: firstWhole(properties, ["promptTokens", "PromptTokens"], notation),
    outputTokens: firstWhole(properties, ["completionTokens", "CompletionTokens"], notation),
  });
