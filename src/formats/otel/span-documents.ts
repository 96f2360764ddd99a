import { isObject } from "../../wire/json.ts";
import { firstText, items, nested, text } from "../fields.ts";
import { scalarText } from "../scalar-text.ts";
import type { Fields, Rejection } from "../past-request.ts";
import { strayEntries } from "../stray-entries.ts";
import { attributesOf } from "./attribute-values.ts";
import { isFlatSpan, unflattened } from "./flat-spans.ts";
import { spanIdOf, type Span } from "./span.ts";

const RESOURCE_LISTS = ["resourceSpans", "resource_spans", "batches"];
const SCOPE_LISTS = ["scopeSpans", "scope_spans", "instrumentationLibrarySpans", "instrumentation_library_spans"];

/** Whether a record holds spans, or other signals of OpenTelemetry. */
export const holdsSpans = (fields: Fields): boolean =>
  [...RESOURCE_LISTS, "resourceMetrics", "resourceLogs"].some((name) => Array.isArray(fields[name])) ||
  isObject(fields["trace"]) ||
  isJaegerTrace(fields) ||
  isTraceOfMlflow(fields) ||
  isSpan(fields) ||
  isPythonSpan(fields) ||
  isFlatSpan(fields);

const isPythonSpan = (fields: Fields): boolean =>
  "attributes" in fields && "context" in fields && "trace_id" in nested(fields, "context");

/** Zipkin calls the attributes `tags`. */
const isSpan = (fields: Fields): boolean =>
  ("attributes" in fields || "tags" in fields) &&
  ("spanId" in fields || "span_id" in fields || ("traceId" in fields && "id" in fields && "timestamp" in fields));

const isJaegerTrace = (fields: Fields): boolean =>
  Array.isArray(fields["spans"]) && ("traceID" in fields || "processes" in fields);

/** MLflow's traces, of version 2 and, within `data`, of version 3. */
function isTraceOfMlflow(fields: Fields): boolean {
  const { spans } = isObject(fields["data"]) ? fields["data"] : fields;
  if (!Array.isArray(spans)) return false;
  const [first] = spans as unknown[];
  return isObject(first) && (isSpan(first) || isPythonSpan(first));
}

/** The spans of a record: of OTLP in any age, of Tempo, of Jaeger, a single span, or what Python prints. */
export function spansOf(fields: Fields): Span[] {
  const trace = fields["trace"];
  if (isObject(trace)) return spansOf(trace);
  if (isJaegerTrace(fields)) return jaegerSpans(fields);
  if (isTraceOfMlflow(fields)) {
    return items(isObject(fields["data"]) ? fields["data"] : fields, "spans").flatMap(spansOf);
  }
  const resources = RESOURCE_LISTS.flatMap((name) => items(fields, name));
  if (resources.length > 0) return resources.flatMap(spansOfResource);
  if (isSpan(fields)) return [otlpSpan(fields, nested(fields, "resource"), "")];
  if (isFlatSpan(fields)) return [pythonSpan(unflattened(fields))];
  return "context" in fields ? [pythonSpan(fields)] : [];
}

/** Of the lists that spans stand in, a rejection for every entry that is not an object. */
export function straySpans(fields: Fields): Rejection[] {
  const { trace } = fields;
  return isObject(trace) ? straySpans(trace) : strayEntries(fields, [...RESOURCE_LISTS, ...SCOPE_LISTS, "spans"]);
}

function spansOfResource(group: Fields): Span[] {
  const resource = attributesOf(nested(group, "resource")["attributes"]);
  return SCOPE_LISTS.flatMap((name) => items(group, name)).flatMap((scoped) => {
    const scope = { ...nested(scoped, "instrumentationLibrary"), ...nested(scoped, "scope") };
    return items(scoped, "spans").map((span) => otlpSpan(span, resource, text(scope, "name") ?? ""));
  });
}

function otlpSpan(fields: Fields, resource: Fields, scope: string): Span {
  const of = (camel: string, snake: string): unknown => fields[camel] ?? fields[snake];
  const attributes = attributesOf(Array.isArray(fields["attributes"]) ? fields["attributes"] : attributesIn(fields));
  const code =
    nested(fields, "status")["code"] ??
    fields["otel_status_code"] ??
    attributes["otel.status_code"] ??
    taggedError(attributes);
  return {
    traceId: spanIdOf(of("traceId", "trace_id"), 16) ?? "",
    spanId: spanIdOf(of("spanId", "span_id") ?? fields["id"], 8) ?? "",
    parentId: spanIdOf(
      of("parentSpanId", "parent_span_id") ?? nested(fields, "parentSpanContext")["spanId"] ?? fields["parentId"],
      8,
    ),
    name: firstText(fields, "name", "span_name") ?? "",
    scope:
      scope ||
      (text({ ...nested(fields, "instrumentationScope"), ...nested(fields, "scope") }, "name") ??
        text(fields, "otel_scope_name") ??
        text(attributes, "otel.scope.name") ??
        ""),
    attributes,
    resource: "attributes" in resource ? attributesOf(resource["attributes"]) : resource,
    // The names of OTLP, of JavaScript's and Python's SDKs, of Logfire's tables and of Zipkin.
    startedAt:
      of("startTimeUnixNano", "start_time_unix_nano") ??
      of("startTime", "start_time") ??
      of("start_timestamp", "timestamp"),
    endedAt:
      of("endTimeUnixNano", "end_time_unix_nano") ??
      of("endTime", "end_time") ??
      fields["end_timestamp"] ??
      endOf(fields),
    failed: code === 2 || /ERROR$/i.test(scalarText(code) ?? ""),
    fields,
  };
}

/** As an object, or as a column of a table has it; Zipkin calls them tags. */
const attributesIn = (fields: Fields): Fields =>
  "attributes" in fields ? nested(fields, "attributes") : nested(fields, "tags");

/** Zipkin marks a failure by a tag. */
const taggedError = (attributes: Fields): string | undefined =>
  typeof attributes["error"] === "string" && attributes["error"] !== "false" ? "ERROR" : undefined;

/** What JavaScript's exporters print has microseconds since 1970, and as its duration. */
const endOf = ({ timestamp, duration }: Fields): number | undefined =>
  typeof timestamp === "number" && typeof duration === "number" ? timestamp + duration : undefined;

function jaegerSpans(trace: Fields): Span[] {
  const processes = nested(trace, "processes");
  return items(trace, "spans").map((fields) => {
    const process = nested(processes, text(fields, "processID") ?? "");
    const attributes = attributesOf(fields["tags"]);
    const parent = items(fields, "references").find(({ refType }) => refType === undefined || refType === "CHILD_OF");
    const started = Number(fields["startTime"]);
    return {
      traceId: spanIdOf(fields["traceID"], 16) ?? "",
      spanId: spanIdOf(fields["spanID"], 8) ?? "",
      parentId: spanIdOf(parent?.["spanID"] ?? fields["parentSpanID"], 8),
      name: text(fields, "operationName") ?? "",
      scope: text(attributes, "otel.scope.name") ?? text(attributes, "otel.library.name") ?? "",
      attributes,
      resource: { "service.name": process["serviceName"], ...attributesOf(process["tags"]) },
      startedAt: fields["startTime"],
      endedAt: started + Number(fields["duration"] ?? 0),
      failed: /^true$/i.test(String(attributes["error"])) || /error/i.test(text(attributes, "otel.status_code") ?? ""),
      fields,
    };
  });
}

function pythonSpan(fields: Fields): Span {
  const context = nested(fields, "context");
  return {
    traceId: spanIdOf(context["trace_id"], 16) ?? "",
    spanId: spanIdOf(context["span_id"], 8) ?? "",
    parentId: spanIdOf(fields["parent_id"], 8),
    name: text(fields, "name") ?? "",
    scope:
      text(nested(fields, "instrumentation_scope"), "name") ??
      text(nested(fields, "instrumentation_info"), "name") ??
      "",
    attributes: withKind(attributesOf(attributesIn(fields)), fields),
    resource: nested(nested(fields, "resource"), "attributes"),
    startedAt: fields["start_time"],
    endedAt: fields["end_time"],
    failed: /ERROR/.test(text(nested(fields, "status"), "status_code") ?? text(fields, "status_code") ?? ""),
    fields,
  };
}

/** Phoenix has the kind of a span beside its attributes. */
function withKind(attributes: Fields, { span_kind: kind }: Fields): Fields {
  return typeof kind !== "string" || "openinference.span.kind" in attributes
    ? attributes
    : { "openinference.span.kind": kind, ...attributes };
}
