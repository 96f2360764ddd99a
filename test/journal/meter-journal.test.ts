import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";

import { createMeter, type Meter } from "../../src/index.ts";
import { openJournalReader } from "../../src/journal/reading.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const request = {
  provider: "mistral_ai",
  model: "mistral-large-2407",
  operation: "chat",
  usage: { inputTokens: 10, outputTokens: 400 },
  labels: { team: "search" },
};

async function scrape(meter: Meter): Promise<string[]> {
  const handler = meter.metricsHandler();
  const server = createServer((incoming, response) => void handler(incoming, response)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const text = await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).text();
  return text.split("\n").filter((line) => /^llm_footprint_(requests|co2e|water|tokens)\w*_total/.test(line));
}

test("what a scrape has shown is in the file before it is answered", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const meter = createMeter({ labels: ["team"], journal: path });
  onTestFinished(() => meter.close());
  meter.record(request);
  await scrape(meter);
  using reader = openJournalReader(path);
  expect([...reader.records({ from: new Date(0), to: new Date("2100-01-01") })]).toHaveLength(1);
});

test("a restarted meter shows the very lines that it showed before, and goes on from there", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const options = { labels: ["team"], journal: path, zeroHoldSeconds: 0 };
  const first = createMeter(options);
  for (let n = 0; n < 7; n++) first.record({ ...request, usage: { inputTokens: n, outputTokens: 100 * n } });
  const before = await scrape(first);
  await first.close();
  const second = createMeter(options);
  onTestFinished(() => second.close());
  expect(await scrape(second)).toStrictEqual(before);
  second.record(request);
  expect(second.totals().overall.requests.completed).toBe(8);
});

test("a second meter on a journal keeps its requests there, begins at zero, and says so", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const warnings: string[] = [];
  const spy = vi.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(String(warning)));
  onTestFinished(() => spy.mockRestore());
  const open = (): Meter => {
    const meter = createMeter({ labels: ["team"], journal: path });
    onTestFinished(() => meter.close());
    return meter;
  };
  const first = open();
  first.record(request);
  await first.flush();
  expect(warnings).toStrictEqual([]);
  const second = open();
  second.record(request);
  second.record(request);
  expect(second.totals().overall.requests.completed).toBe(2);
  await second.close();
  await first.close();
  expect(warnings).toStrictEqual([
    `llm-footprint: the counters in the journal ${path} do not go on: another process or meter has the writer's name "main", ` +
      `or the file could not be read. Give each a name of its own, such as journal: { path, writer: "worker-1" }.`,
  ]);
  using reader = openJournalReader(path);
  expect([...reader.records({ from: new Date(0), to: new Date("2100-01-01") })]).toHaveLength(3);
  expect(open().totals().overall.requests.completed).toBe(1);
});
