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
  metricsTo(url: string, temporality: "CUMULATIVE" | "DELTA"): SendingProvider;
  /** A tracer, with the spans that have ended; of none of its spans where it samples none. */
  tracing(sampled?: "none"): { readonly tracer: Tracer; readonly ended: () => readonly EndedSpan[] };
  /** The API that the SDK stands on. */
  readonly api: {
    readonly context: { setGlobalContextManager(manager: ContextManager): boolean; disable(): void };
    readonly metrics: { setGlobalMeterProvider(provider: MeterProvider): boolean; disable(): void };
    readonly trace: { setGlobalTracerProvider(provider: TracerProvider): boolean; disable(): void };
  };
  readonly contextManager: () => ContextManager;
}

export type SendingProvider = MeterProvider & { forceFlush(): Promise<void>; shutdown(): Promise<void> };

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
      const meterProvider = sdk.metricsTo(receiver.url, "CUMULATIVE");
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
      const meterProvider = sdk.metricsTo(receiver.url, "CUMULATIVE");
      receiver.forget();
      const stop = footprintMetrics(meter, { meterProvider });
      stop();
      meter.record(REPORT);
      await meterProvider.forceFlush();
      expect(receiver.metric("llm.footprint.co2e")?.sum?.dataPoints ?? []).toStrictEqual([]);
      await meterProvider.shutdown();
    });

    const requestsReceived = (): number =>
      (receiver.metric("llm.footprint.requests")?.sum?.dataPoints ?? [])
        .map(valueOf)
        .reduce((sum, each) => sum + each, 0);

    test("deltas add up to the totals, with their bounds, where a series begins at 0", async () => {
      const meter = createMeter({ zeroHoldSeconds: 0 });
      const meterProvider = sdk.metricsTo(receiver.url, "DELTA");
      const stop = footprintMetrics(meter, { meterProvider });
      const received = { central: 0, low: 0, high: 0, requests: 0 };
      for (let collection = 0; collection < 4; collection++) {
        if (collection < 3) meter.record(REPORT);
        await meterProvider.forceFlush();
        const sumOf = (name: string): number => valueOf(receiver.metric(name)!.sum!.dataPoints[0]!);
        received.central += sumOf("llm.footprint.co2e");
        received.low += sumOf("llm.footprint.co2e.low");
        received.high += sumOf("llm.footprint.co2e.high");
        received.requests += requestsReceived();
      }
      const { low, central, high } = meter.totals().overall.co2eGrams!;
      expect(received.requests).toBe(3);
      expect([received.low, received.central, received.high].map((sum) => sum.toFixed(9))).toStrictEqual(
        [low, central, high].map((sum) => sum.toFixed(9)),
      );
      stop();
      await meterProvider.shutdown();
    });

    test("a global MeterProvider that is registered later exports what was counted before it", async () => {
      const meter = createMeter({ zeroHoldSeconds: 0 });
      const stop = footprintMetrics(meter);
      meter.record(REPORT);
      const meterProvider = sdk.metricsTo(receiver.url, "CUMULATIVE");
      sdk.api.metrics.setGlobalMeterProvider(meterProvider);
      meter.record(REPORT);
      await meterProvider.forceFlush();
      expect(requestsReceived()).toBe(2);
      stop();
      sdk.api.metrics.disable();
      await meterProvider.shutdown();
    });

    test("two meters without a MeterProvider are in nobody's way", () => {
      for (const meter of [createMeter(), createMeter()]) footprintMetrics(meter)();
      const [one, other] = [createMeter(), createMeter()];
      const stops = [footprintMetrics(one), footprintMetrics(other)];
      expect(stops.map((stop) => stop())).toStrictEqual([undefined, undefined]);
    });

    test("a second meter on one MeterProvider is refused, until the first one's export has ended", async () => {
      const meterProvider = sdk.metricsTo(receiver.url, "CUMULATIVE");
      const [one, other] = [createMeter({ zeroHoldSeconds: 0 }), createMeter({ zeroHoldSeconds: 0 })];
      const stop = footprintMetrics(one, { meterProvider });
      expect(() => footprintMetrics(other, { meterProvider })).toThrow(
        "footprintMetrics(meter): expected a MeterProvider that exports no other meter",
      );
      stop();
      const stopOther = footprintMetrics(other, { meterProvider });
      one.record(REPORT);
      other.record(REPORT);
      await meterProvider.forceFlush();
      expect(requestsReceived()).toBe(1);
      stopOther();
      await meterProvider.shutdown();
    });

    test("a meter that is exported twice is exported once, until both have ended", async () => {
      const meterProvider = sdk.metricsTo(receiver.url, "CUMULATIVE");
      const meter = createMeter({ zeroHoldSeconds: 0 });
      const [first, second] = [footprintMetrics(meter, { meterProvider }), footprintMetrics(meter, { meterProvider })];
      meter.record(REPORT);
      await meterProvider.forceFlush();
      const durations = (): number =>
        Number(receiver.metric("llm.footprint.request.co2e")!.histogram!.dataPoints[0]!.count);
      expect([requestsReceived(), durations()]).toStrictEqual([1, 1]);
      first();
      first();
      meter.record(REPORT);
      await meterProvider.forceFlush();
      expect([requestsReceived(), durations()]).toStrictEqual([2, 2]);
      second();
      await meterProvider.shutdown();
    });

    test.for(["provider first", "meter first"] as const)(
      "nothing throws when all is shut down, the %s",
      async (order) => {
        const meterProvider = sdk.metricsTo(receiver.url, "CUMULATIVE");
        const meter = createMeter({ zeroHoldSeconds: 0 });
        const stop = footprintMetrics(meter, { meterProvider });
        meter.record(REPORT);
        if (order === "provider first") await meterProvider.shutdown();
        await meter.close();
        if (order === "meter first") await meterProvider.shutdown();
        meter.record(REPORT);
        stop();
        stop();
        expect(requestsReceived()).toBe(1);
      },
    );

    test("a context manager that throws does not reach the application", async () => {
      const meter = createMeter();
      const stop = footprintMetrics(meter, { meterProvider: sdk.metricsTo(receiver.url, "CUMULATIVE") });
      const broken = sdk.contextManager();
      broken.active = () => {
        throw new Error("no context");
      };
      sdk.api.context.setGlobalContextManager(broken);
      const fetch = meter.fetch({ fetch: () => Promise.resolve(Response.json({ model: "m" })), provider: "openai" });
      const response = await fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: "{}" });
      expect(await response.json()).toStrictEqual({ model: "m" });
      sdk.api.context.disable();
      await meter.flush();
      expect(meter.totals().overall.requests.completed).toBe(1);
      expect(await meter.metrics()).toMatch(/llm_footprint_meter_errors_total\{[^}]*\} [1-9]/);
      stop();
    });

    test("a span that is not sampled stays as it is", async () => {
      sdk.api.context.setGlobalContextManager(sdk.contextManager());
      const { tracer, ended } = sdk.tracing("none");
      const meter = createMeter();
      const stop = footprintMetrics(meter, { meterProvider: sdk.metricsTo(receiver.url, "CUMULATIVE") });
      const fetch = meter.fetch({ fetch: () => Promise.resolve(Response.json({ model: "m" })), provider: "openai" });
      await tracer.startActiveSpan("unsampled", async (span) => {
        await (await fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: "{}" })).json();
        await meter.flush();
        span.end();
      });
      expect(ended()).toStrictEqual([]);
      expect(meter.totals().overall.requests.completed).toBe(1);
      stop();
      sdk.api.context.disable();
    });

    test("the span that was active when a request began carries its footprint, while it still records", async () => {
      sdk.api.context.setGlobalContextManager(sdk.contextManager());
      const { tracer, ended } = sdk.tracing();
      const meter = createMeter();
      const stop = footprintMetrics(meter, { meterProvider: sdk.metricsTo(receiver.url, "CUMULATIVE") });
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
