import protobuf from "protobufjs/light.js";

/**
 * What is read of an OTLP trace request, as protobufjs describes messages: fields by number, everything else is skipped.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto (opentelemetry/proto/collector/trace/v1)
 */
const DESCRIPTION = {
  nested: {
    Request: { fields: { resourceSpans: { rule: "repeated", type: "ResourceSpans", id: 1 } } },
    ResourceSpans: {
      fields: {
        resource: { type: "Resource", id: 1 },
        scopeSpans: { rule: "repeated", type: "ScopeSpans", id: 2 },
        // Before OTLP 0.15.
        instrumentationLibrarySpans: { rule: "repeated", type: "ScopeSpans", id: 1000 },
      },
    },
    Resource: { fields: { attributes: { rule: "repeated", type: "KeyValue", id: 1 } } },
    ScopeSpans: {
      fields: { scope: { type: "Scope", id: 1 }, spans: { rule: "repeated", type: "Span", id: 2 } },
    },
    Scope: { fields: { name: { type: "string", id: 1 }, version: { type: "string", id: 2 } } },
    Span: {
      fields: {
        traceId: { type: "bytes", id: 1 },
        spanId: { type: "bytes", id: 2 },
        parentSpanId: { type: "bytes", id: 4 },
        name: { type: "string", id: 5 },
        kind: { type: "int32", id: 6 },
        startTimeUnixNano: { type: "fixed64", id: 7 },
        endTimeUnixNano: { type: "fixed64", id: 8 },
        attributes: { rule: "repeated", type: "KeyValue", id: 9 },
        status: { type: "Status", id: 15 },
      },
    },
    // Also google.rpc.Status, whose message has the same number.
    Status: { fields: { message: { type: "string", id: 2 }, code: { type: "int32", id: 3 } } },
    KeyValue: { fields: { key: { type: "string", id: 1 }, value: { type: "AnyValue", id: 2 } } },
    AnyValue: {
      oneofs: {
        value: { oneof: ["stringValue", "boolValue", "intValue", "doubleValue", "arrayValue", "kvlistValue"] },
      },
      fields: {
        stringValue: { type: "string", id: 1 },
        boolValue: { type: "bool", id: 2 },
        intValue: { type: "int64", id: 3 },
        doubleValue: { type: "double", id: 4 },
        arrayValue: { type: "ArrayValue", id: 5 },
        kvlistValue: { type: "KeyValueList", id: 6 },
      },
    },
    Response: { fields: { partialSuccess: { type: "PartialSuccess", id: 1 } } },
    PartialSuccess: {
      fields: { rejectedSpans: { type: "int64", id: 1 }, errorMessage: { type: "string", id: 2 } },
    },
    ArrayValue: { fields: { values: { rule: "repeated", type: "AnyValue", id: 1 } } },
    KeyValueList: { fields: { values: { rule: "repeated", type: "KeyValue", id: 1 } } },
  },
};

let types: Readonly<Record<"request" | "response" | "status", protobuf.Type>> | undefined;

function messageTypes(): NonNullable<typeof types> {
  if (types) return types;
  const root = protobuf.Root.fromJSON(DESCRIPTION);
  return (types = {
    request: root.lookupType("Request"),
    response: root.lookupType("Response"),
    status: root.lookupType("Status"),
  });
}

/** What a receiver answers, in protobuf: nothing at all for a batch that was taken whole. */
export const otlpResponse = (rejectedSpans: number, errorMessage: string): Uint8Array =>
  rejectedSpans === 0
    ? new Uint8Array()
    : messageTypes().response.encode({ partialSuccess: { rejectedSpans, errorMessage } }).finish();

/** Why a receiver does not take a request, in protobuf. */
export const otlpStatus = (message: string): Uint8Array => messageTypes().status.encode({ message }).finish();

/**
 * A trace request in protobuf as the same request in OTLP's JSON: ids in hexadecimal digits, 64-bit numbers as text.
 *
 * @throws Error for bytes that are not such a message
 */
export function otlpJsonOf(body: Uint8Array): unknown {
  const { request } = messageTypes();
  const object = request.toObject(request.decode(body), { longs: String, bytes: String });
  return withHexadecimalIds(object);
}

const IDS = new Set(["traceId", "spanId", "parentSpanId"]);

function withHexadecimalIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withHexadecimalIds);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [
      key,
      IDS.has(key) && typeof item === "string" ? Buffer.from(item, "base64").toString("hex") : withHexadecimalIds(item),
    ]),
  );
}
