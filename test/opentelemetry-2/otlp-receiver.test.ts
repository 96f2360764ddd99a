import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BasicTracerProvider, SimpleSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import { afterEach, describe, expect, test } from "vitest";

import { serving, stopAll } from "../serve/serving.ts";

afterEach(stopAll);

/** Sends two calls and a tool's span through OpenTelemetry's own SDK. */
async function sendSpans(exporter: SpanExporter): Promise<void> {
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer("test");
  const call = tracer.startSpan("chat mistral-large-2407", {
    kind: SpanKind.CLIENT,
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "mistral_ai",
      "gen_ai.request.model": "mistral-large-2407",
      "gen_ai.response.id": "cmpl-1",
      "gen_ai.usage.input_tokens": 100,
      "gen_ai.usage.output_tokens": 400,
      "gen_ai.usage.cache_read.input_tokens": 30,
      team: "search",
    },
  });
  call.end();
  tracer.startSpan("execute_tool weather", { attributes: { "gen_ai.operation.name": "execute_tool" } }).end();
  const failed = tracer.startSpan("chat gpt-4o", {
    kind: SpanKind.CLIENT,
    attributes: { "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o" },
  });
  failed.setStatus({ code: SpanStatusCode.ERROR });
  failed.end();
  await provider.forceFlush();
  await provider.shutdown();
}

describe("OpenTelemetry's exporters", () => {
  test.for([
    ["JSON", (url: string) => new JsonExporter({ url })],
    ["protobuf", (url: string) => new ProtobufExporter({ url })],
  ] as const)("send spans as %s, of which /v1/traces counts the calls", async ([, exporter]) => {
    const { url, records, meter } = await serving({ labels: { team: { header: "x-footprint-team" } } });
    await sendSpans(exporter(`${url}/v1/traces`));
    await meter.flush();
    expect(records).toMatchObject([
      {
        provider: "mistral_ai",
        model: "mistral-large-2407",
        operation: "chat",
        labels: { team: "search" },
        outcome: "completed",
        usage: { inputTokens: 70, cacheReadTokens: 30, outputTokens: 400 },
      },
      { provider: "openai", outcome: "failed" },
    ]);
    expect(meter.totals().overall.requests).toMatchObject({ completed: 1, failed: 1 });
  });
});
