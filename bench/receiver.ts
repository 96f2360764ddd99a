/**
 * What a span costs that comes over OTLP/HTTP, in CPU time of `serve`, with a journal and without.
 *
 *     node bench/receiver.ts [batches]
 *
 * Batches of 100 spans as JSON, one after the other; after a build. Linux only.
 */
import { cpuMillisecondsOf, residentMegabytes } from "./gateway/process-figures.ts";
import { startGateway } from "./gateway/processes.ts";

const SPANS = 100;
const WARMING_BATCHES = 200;
const batches = Number(process.argv[2] ?? 1000);
if (!(batches >= 1 && batches <= 20_000)) throw new Error("expected 1 to 20,000 batches");

const attribute = (key: string, value: string | number): object => ({
  key,
  value: typeof value === "string" ? { stringValue: value } : { intValue: String(value) },
});

/** A batch as the SDKs of OpenTelemetry export it. Each span has an id of its own. */
function batch(number: number): string {
  const now = BigInt(Date.now()) * 1_000_000n;
  const spans = Array.from({ length: SPANS }, (_, index) => ({
    traceId: (number * SPANS + index).toString(16).padStart(32, "0"),
    spanId: (number * SPANS + index + 1).toString(16).padStart(16, "0"),
    name: "chat gpt-4o",
    kind: 3,
    startTimeUnixNano: String(now - 2_000_000_000n),
    endTimeUnixNano: String(now),
    attributes: [
      attribute("gen_ai.operation.name", "chat"),
      attribute("gen_ai.provider.name", "openai"),
      attribute("gen_ai.request.model", "gpt-4o"),
      attribute("gen_ai.response.model", "gpt-4o-2024-08-06"),
      attribute("gen_ai.response.id", `chatcmpl-${number}-${index}`),
      attribute("gen_ai.usage.input_tokens", 120),
      attribute("gen_ai.usage.output_tokens", 250),
    ],
    status: {},
  }));
  const resource = { attributes: [attribute("service.name", "shop")] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "bench" }, spans }] }] });
}

for (const [title, more] of [
  ["without a journal", ""],
  ["with a journal", "journal: FOLDER/footprint.db\n"],
] as const) {
  const gateway = await startGateway("http://127.0.0.1:9", more);
  const send = async (number: number): Promise<void> => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${gateway.url}/v1/traces`, { method: "POST", headers, body: batch(number) });
    const said = await answer.text();
    if (!answer.ok || said.includes("rejectedSpans")) throw new Error(`${answer.status}: ${said}`);
  };
  try {
    for (let number = 0; number < WARMING_BATCHES; number++) await send(number);
    const [before, started] = [cpuMillisecondsOf(gateway.pid), performance.now()];
    for (let number = 0; number < batches; number++) await send(WARMING_BATCHES + number);
    const perSpan = ((cpuMillisecondsOf(gateway.pid) - before) * 1000) / (batches * SPANS);
    const perSecond = (batches * SPANS * 1000) / (performance.now() - started);
    const memory = residentMegabytes(gateway.pid).toFixed(0);
    console.log(`${title}: ${perSpan.toFixed(1)} µs of CPU a span, ${perSecond.toFixed(0)} a second, ${memory} MB`);
  } finally {
    gateway.stop();
  }
}
