import { isObject } from "../../wire/json.ts";
import { items, nested, text } from "../fields.ts";
import type { Fields, Rejection } from "../past-request.ts";
import { strayEntries } from "../stray-entries.ts";
import { attributesOf } from "./attribute-values.ts";
import { spanIdOf, type Span } from "./span.ts";

const RESOURCE_LISTS = ["resourceSpans", "resource_spans", "batches"];
const SCOPE_LISTS = ["scopeSpans", "scope_spans", "instrumentationLibrarySpans", "instrumentation_library_spans"];

/** Whether a record holds spans, or other signals of OpenTelemetry. */
export const holdsSpans = (fields: Fields): boolean =>
  [...RESOURCE_LISTS, "resourceMetrics", "resourceLogs"].some((name) => Array.isArray(fields[name])) ||
  isObject(fields["trace"]) ||
  isJaegerTrace(fields) ||
  isSpan(fields) ||
  ("attributes" in fields && "context" in fields && "trace_id" in nested(fields, "context"));

const isSpan = (fields: Fields): boolean =>
  "attributes" in fields &&
  ("spanId" in fields || "span_id" in fields || ("traceId" in fields && "id" in fields && "timestamp" in fields));

const isJaegerTrace = (fields: Fields): boolean =>
  Array.isArray(fields["spans"]) && ("traceID" in fields || "processes" in fields);

/** The spans of a record: of OTLP in any age, of Tempo, of Jaeger, a single span, or what Python prints. */
export function spansOf(fields: Fields): Span[] {
  const trace = fields["trace"];
  if (isObject(trace)) return spansOf(trace);
  if (isJaegerTrace(fields)) return jaegerSpans(fields);
  const resources = RESOURCE_LISTS.flatMap((name) => items(fields, name));
  if (resources.length > 0) return resources.flatMap(spansOfResource);
  if (isSpan(fields)) return [otlpSpan(fields, nested(fields, "resource"), "")];
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
  const code = nested(fields, "status")["code"];
  return {
    traceId: spanIdOf(of("traceId", "trace_id"), 16) ?? "",
    spanId: spanIdOf(of("spanId", "span_id") ?? fields["id"], 8) ?? "",
    parentId: spanIdOf(
      of("parentSpanId", "parent_span_id") ?? nested(fields, "parentSpanContext")["spanId"] ?? fields["parentId"],
      8,
    ),
    name: text(fields, "name") ?? "",
    scope: scope || (text({ ...nested(fields, "instrumentationScope"), ...nested(fields, "scope") }, "name") ?? ""),
    attributes: attributesOf(fields["attributes"]),
    resource: "attributes" in resource ? attributesOf(resource["attributes"]) : resource,
    startedAt: of("startTimeUnixNano", "start_time_unix_nano") ?? of("startTime", "start_time") ?? fields["timestamp"],
    endedAt: of("endTimeUnixNano", "end_time_unix_nano") ?? of("endTime", "end_time") ?? endOf(fields),
    failed: code === 2 || /ERROR$/i.test(String(code)),
    fields,
  };
}

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
    attributes: attributesOf(fields["attributes"]),
    resource: nested(nested(fields, "resource"), "attributes"),
    startedAt: fields["start_time"],
    endedAt: fields["end_time"],
    failed: /ERROR/.test(text(nested(fields, "status"), "status_code") ?? ""),
    fields,
  };
}
