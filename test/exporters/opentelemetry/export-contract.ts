import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { ContextManager, MeterProvider, Tracer, TracerProvider } from "@opentelemetry/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createMeter, type Meter } from "../../../src/index.ts";
import { footprintMetrics } from "../../../src/opentelemetry.ts";

/** What a version of OpenTelemetry's SDK offers, however its classes are called. */
export interface OpenTelemetrySdk {
  readonly name: string;
  /** A provider that sends to an OTLP/HTTP endpoint whenever it is asked to. */
  metricsTo(url: string): MeterProvider & { forceFlush(): Promise<void>; shutdown(): Promise<void> };
  /** A tracer, with the spans that have ended. */
  tracing(): { readonly tracer: Tracer; readonly ended: () => readonly EndedSpan[] };
  /** The API that the SDK stands on. */
  readonly api: {
    readonly context: { setGlobalContextManager(manager: ContextManager): boolean; disable(): void };
    readonly trace: { setGlobalTracerProvider(provider: TracerProvider): boolean; disable(): void };
  };
  readonly contextManager: () => ContextManager;
}

export interface EndedSpan {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface DataPoint {
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
  readonly asDouble?: number;
  readonly asInt?: number | string;
  readonly sum?: number;
  readonly count?: number | string;
  readonly explicitBounds?: readonly number[];
}
interface OtlpMetric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: {
    readonly dataPoints: DataPoint[];
    readonly isMonotonic: boolean;
    readonly aggregationTemporality: number;
  };
  readonly gauge?: { readonly dataPoints: DataPoint[] };
  readonly histogram?: { readonly dataPoints: DataPoint[] };
}
interface OtlpRequest {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly OtlpMetric[] }[];
  }[];
}

const REPORT = { provider: "mistral_ai", model: "mistral-large-2407", operation: "chat", usage: { outputTokens: 400 } };
const CUMULATIVE = 2;

/** An OTLP/HTTP endpoint that keeps the metrics of the newest request, decoded. */
async function startReceiver() {
  let newest: readonly OtlpMetric[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { resourceMetrics } = JSON.parse(body) as OtlpRequest;
      newest = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
      response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics`,
    metric: (name: string): OtlpMetric | undefined => newest.find((metric) => metric.name === name),
    forget: (): void => {
      newest = [];
    },
    close: () => server.close(),
  };
}

const attributesOf = ({ attributes }: DataPoint): Record<string, string | undefined> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));

const valueOf = ({ asDouble, asInt }: DataPoint): number => asDouble ?? Number(asInt);

/** What OpenTelemetry's SDK has to show of a meter, in any of its versions. */
export function exportContract(sdk: OpenTelemetrySdk): void {
  describe(`over ${sdk.name}`, () => {
    let receiver: Awaited<ReturnType<typeof startReceiver>>;
    beforeAll(async () => {
      receiver = await startReceiver();
    });
    afterAll(() => receiver.close());

    async function exporting(run: (meter: Meter, collect: () => Promise<void>) => Promise<void>, zeroHoldSeconds = 0) {
      const meter = createMeter({ labels: ["team"], zeroHoldSeconds });
      const meterProvider = sdk.metricsTo(receiver.url);
      const stop = footprintMetrics(meter, { meterProvider });
      try {
        await run(meter, () => meterProvider.forceFlush());
      } finally {
        stop();
        await meterProvider.shutdown();
        await meter.close();
      }
    }

    test("totals arrive as cumulative counters, in base units, with their bounds and labels", () =>
      exporting(async (meter, collect) => {
        meter.withLabels({ team: "search" }, () => meter.record(REPORT));
        await collect();
        const co2e = receiver.metric("llm.footprint.co2e")!;
        expect([co2e.unit, co2e.sum!.isMonotonic, co2e.sum!.aggregationTemporality]).toStrictEqual([
          "g",
          true,
          CUMULATIVE,
        ]);
        expect(co2e.sum!.dataPoints.map(valueOf)).toStrictEqual([1.14]);
        expect(attributesOf(co2e.sum!.dataPoints[0]!)).toStrictEqual({
          provider: "mistral_ai",
          model: "mistral-large-2407",
          operation: "chat",
          team: "search",
          phase: "undivided",
        });
        const { co2eGrams, waterLitres } = meter.totals().overall;
        expect(valueOf(receiver.metric("llm.footprint.co2e.low")!.sum!.dataPoints[0]!)).toBe(co2eGrams!.low);
        expect(valueOf(receiver.metric("llm.footprint.co2e.high")!.sum!.dataPoints[0]!)).toBe(co2eGrams!.high);
        const water = receiver.metric("llm.footprint.water.litres")!;
        expect([water.unit, water.sum!.dataPoints.map(valueOf)]).toStrictEqual(["{litre}", [waterLitres!.central]]);
        meter.withLabels({ team: "search" }, () => meter.record(REPORT));
        await collect();
        expect(receiver.metric("llm.footprint.co2e")!.sum!.dataPoints.map(valueOf)).toStrictEqual([2.28]);
      }));

    test("a series that is new is exported as 0 first", () =>
      exporting(async (meter, collect) => {
        meter.record(REPORT);
        await collect();
        expect(receiver.metric("llm.footprint.co2e")!.sum!.dataPoints.map(valueOf)).toStrictEqual([0]);
      }, 60));

    test("histograms take a measurement per settled request, with the buckets of the exposition", () =>
      exporting(async (meter, collect) => {
        meter.record(REPORT);
        meter.record({ ...REPORT, usage: { outputTokens: 137 } });
        await meter.flush();
        await collect();
        const points = receiver.metric("llm.footprint.request.co2e")!.histogram!.dataPoints;
        expect(points.map(({ sum, count }) => [sum, Number(count)])).toStrictEqual([[1.14 + 0.39045, 2]]);
        expect(points[0]!.explicitBounds!.slice(0, 3)).toStrictEqual([0.0001, 0.0002, 0.0005]);
        expect(attributesOf(points[0]!)).toStrictEqual({ provider: "mistral_ai", model: "mistral-large-2407" });
      }));

    test("nothing arrives after the export was ended", async () => {
      const meter = createMeter({ zeroHoldSeconds: 0 });
      const meterProvider = sdk.metricsTo(receiver.url);
      receiver.forget();
      const stop = footprintMetrics(meter, { meterProvider });
      stop();
      meter.record(REPORT);
      await meterProvider.forceFlush();
      expect(receiver.metric("llm.footprint.co2e")?.sum?.dataPoints ?? []).toStrictEqual([]);
      await meterProvider.shutdown();
    });

    test("the span that was active when a request began carries its footprint, while it still records", async () => {
      sdk.api.context.setGlobalContextManager(sdk.contextManager());
      const { tracer, ended } = sdk.tracing();
      const meter = createMeter();
      const stop = footprintMetrics(meter, { meterProvider: sdk.metricsTo(receiver.url) });
      const answer = {
        model: "mistral-large-2407",
        usage: { prompt_tokens: 3, completion_tokens: 400, total_tokens: 403 },
      };
      const fetch = meter.fetch({ fetch: () => Promise.resolve(Response.json(answer)), provider: "mistral_ai" });
      const ask = async () =>
        fetch("https://api.mistral.ai/v1/chat/completions", { method: "POST", body: '{"model":"mistral-large-2407"}' });
      await tracer.startActiveSpan("whole", async (span) => {
        const response = await ask();
        // Read outside of the span: it is the request's beginning that counts.
        await tracer.startActiveSpan("reading", async (inner) => {
          await response.json();
          await meter.flush();
          inner.end();
        });
        span.end();
      });
      const late = await tracer.startActiveSpan("over before its request", async (span) => {
        const response = await ask();
        span.end();
        return response;
      });
      await late.json();
      await meter.flush();
      const spans = new Map(ended().map(({ name, attributes }) => [name, attributes]));
      expect(spans.get("whole")).toMatchObject({
        "gen_ai.provider.name": "mistral_ai",
        "gen_ai.request.model": "mistral-large-2407",
        "gen_ai.response.model": "mistral-large-2407",
        "gen_ai.operation.name": "chat",
        "llm_footprint.co2e.grams": 1.14,
        "llm_footprint.co2e.low_grams": expect.any(Number) as number,
        "llm_footprint.co2e.high_grams": expect.any(Number) as number,
        "llm_footprint.water.litres": 0.045,
        "llm_footprint.evidence": "operator_lca",
      });
      expect(spans.get("reading")).toStrictEqual({});
      expect(spans.get("over before its request")).toStrictEqual({});
      stop();
      await meter.close();
      sdk.api.context.disable();
    });
  });
}
