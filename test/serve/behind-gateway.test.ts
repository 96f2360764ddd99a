import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { OpenAI } from "openai";
import { afterEach, describe, expect, test, vi } from "vitest";

import { startLocalProvider, type LocalProvider } from "../../examples/local-provider/local-provider.ts";
import { createMeter, type Meter, type MeterOptions, type RequestRecord, type WrapOptions } from "../../src/index.ts";
import { running, serving, stopAll } from "./serving.ts";

afterEach(stopAll);

const QUESTION = { model: "gpt-4o", messages: [{ role: "user" as const, content: "Say something short." }] };
const BLOCKED: MeterOptions["budgets"] = [
  { name: "one", criterion: "requests", limit: 1, window: "day", mode: "refuse" },
];

/** An application that meters its requests, which go through a gateway that does so, too. */
async function application(wrapOptions: WrapOptions = {}, meterOptions: MeterOptions = {}) {
  const provider: LocalProvider = await startLocalProvider();
  running.push(() => provider.close());
  const gateway = await serving({ upstreams: [{ name: "local", url: provider.url, provider: "openai" }] });
  const meter = createMeter(meterOptions);
  running.push(() => meter.close());
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const bare = new OpenAI({ apiKey: "sk-key", baseURL: `${gateway.url}/local/openai/v1`, maxRetries: 0 });
  const client = meter.wrap(bare, wrapOptions);
  const counted = async (): Promise<[gateway: number, here: number]> => {
    await Promise.all([gateway.meter.flush(), meter.flush()]);
    return [gateway.records.length, records.length];
  };
  return { provider, gateway, meter, client, counted, records };
}

const sumOf = (meter: Meter): number => meter.totals().overall.co2eGrams?.central ?? 0;

describe("an application that meters its clients and goes through the gateway", () => {
  test("counts once over both: what the gateway has counted is left to it", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const { client, gateway, meter, counted } = await application();
    await client.chat.completions.create(QUESTION);
    for await (const _ of await client.chat.completions.create({ ...QUESTION, stream: true })) continue;
    await client.embeddings.create({ model: "text-embedding-3-small", input: "a" });
    expect(await counted()).toStrictEqual([3, 0]);
    expect([sumOf(gateway.meter) > 0, sumOf(meter)]).toStrictEqual([true, 0]);
    expect(await meter.metrics()).not.toMatch(/^llm_footprint_requests_total\{.* [1-9]/m);
    const warnings = warned.mock.calls.map(([message]) => String(message)).filter((text) => text.includes("gateway"));
    warned.mockRestore();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('behindGateway: "count"');
  });

  test("gets the answers as the provider gave them, but for `via`", async () => {
    const { client, provider } = await application();
    const direct = new OpenAI({ apiKey: "sk-key", baseURL: provider.openaiBaseURL });
    const [through, bare] = await Promise.all(
      [client, direct].map(async (one) => {
        const response = await one.chat.completions.create(QUESTION).asResponse();
        return { headers: Object.fromEntries(response.headers), names: [...response.headers.keys()] };
      }),
    );
    // Every server of Node dates its answers; this provider does not.
    expect(through!.names.filter((name) => !["date", ...bare!.names].includes(name))).toStrictEqual(["via"]);
    expect(through!.headers["via"]).toBe("1.1 llm-footprint");
  });

  test('keeps its own records where it says behindGateway: "count"', async () => {
    const { client, meter, counted, records } = await application({ behindGateway: "count", provider: "openai" });
    const answer = await client.chat.completions.create(QUESTION);
    expect(await counted()).toStrictEqual([1, 1]);
    expect(meter.footprintOf(answer)).toStrictEqual(records[0]!.footprint);
  });

  test("that leaves before an answer counts once, where the gateway is known by an earlier one", async () => {
    const { client, provider, gateway, counted } = await application();
    await client.chat.completions.create(QUESTION);
    provider.enqueue({ latencyMilliseconds: 60_000 });
    const leaving = new AbortController();
    const left = client.chat.completions.create(QUESTION, { signal: leaving.signal });
    await expect.poll(() => provider.requests.length).toBe(2);
    leaving.abort();
    await expect(left).rejects.toThrow("aborted");
    await expect.poll(async () => (await gateway.meter.flush(), gateway.records.length)).toBe(2);
    expect(await counted()).toStrictEqual([2, 0]);
  });

  test("counts its failures once: an error of the provider's, and a refusal of the gateway's", async () => {
    const { client, provider, counted } = await application();
    provider.enqueue({ status: 400 });
    await expect(client.chat.completions.create(QUESTION)).rejects.toThrow("400");
    expect(await counted()).toStrictEqual([1, 0]);
  });

  test("gives back what its own budgets reserved, which then see nothing of what the gateway counts", async () => {
    const { client, meter, counted } = await application({}, { budgets: BLOCKED });
    await client.chat.completions.create(QUESTION);
    await client.chat.completions.create(QUESTION);
    expect(await counted()).toStrictEqual([2, 0]);
    expect(meter.budgets()).toMatchObject([{ used: { central: 0 }, reserved: 0 }]);
  });

  test("through a metered fetch counts once as well, in measure() too", async () => {
    const { gateway, meter, counted } = await application();
    const fetch = meter.fetch();
    const { requests, open } = await meter.measure(async () => {
      const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(QUESTION) };
      const answer = await fetch(`${gateway.url}/local/openai/v1/chat/completions`, init);
      return answer.json();
    });
    expect([requests, open]).toStrictEqual([[], 0]);
    expect(await counted()).toStrictEqual([1, 0]);
  });

  test("counts here what the gateway cannot have counted: one that is not there", async () => {
    const { client, gateway, records, meter } = await application();
    await client.chat.completions.create(QUESTION);
    await gateway.drain(0);
    running.splice(1, 1);
    await expect(client.chat.completions.create(QUESTION)).rejects.toThrow("Connection error");
    await meter.flush();
    expect(records).toMatchObject([{ outcome: "failed", errorType: "connection" }]);
  });
});

test("a provider's own host is never taken for a gateway of ours, whatever its answers say", async () => {
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const headers = { via: "1.1 llm-footprint, 1.1 proxy", "content-type": "application/json" };
  const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
  const fetch = meter.fetch({ fetch: () => Promise.resolve(Response.json({ model: "gpt-4o", usage }, { headers })) });
  for (const host of ["api.openai.com", "gateway.example"]) {
    const answer = await fetch(`https://${host}/v1/chat/completions`, {
      method: "POST",
      body: JSON.stringify(QUESTION),
    });
    await answer.json();
  }
  await meter.close();
  expect(records).toMatchObject([{ endpoint: "api.openai.com", usage: { inputTokens: 3, outputTokens: 4 } }]);
  expect(records).toHaveLength(1);
});

test("an answer that other proxies have signed is counted", async () => {
  const server = createServer((_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { "content-type": "application/json", via: "1.1 varnish, 2 not-llm-footprint" });
    response.end(JSON.stringify({ model: "gpt-4o", usage: { prompt_tokens: 3, completion_tokens: 4 } }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  running.push(() => once(server.close(), "close"));
  const meter = createMeter();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`;
  const answer = await meter.fetch({ provider: "openai" })(url, { method: "POST", body: JSON.stringify(QUESTION) });
  await answer.json();
  await meter.flush();
  expect(meter.totals().overall.requests.completed).toBe(1);
  await meter.close();
});
