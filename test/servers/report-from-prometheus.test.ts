import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";

import { freePort, startServer } from "../../grafana/stack/server-process.ts";
import { createMeter, type Meter, type RequestRecord } from "../../src/index.ts";
import { openJournal } from "../../src/journal/open-journal.ts";
import { openJournalReader, type Period } from "../../src/journal/reading.ts";
import { quantile, requestsIn } from "../../src/model/ratio-steps.ts";
import { inputFiles } from "../../src/replay/input-file.ts";
import { journalSink } from "../../src/replay/replay-sink.ts";
import { openMetricsSink } from "../../src/replay/openmetrics-sink.ts";
import { replay } from "../../src/replay/replay.ts";
import { readJournalEntries } from "../../src/report/journal-source.ts";
import { queryAt } from "../../src/report/prometheus-api.ts";
import { readPrometheusEntries } from "../../src/report/prometheus-source.ts";
import { scrapedTwice } from "../../src/report/scraped-twice.ts";
import { buildReport, type Report } from "../../src/report/report.ts";
import { checkPrometheus } from "../../src/doctor/prometheus-checks.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { metered } from "../wire/metered.ts";
import { chatOf } from "../wire/stated/answers.ts";

/** Debian's Prometheus over the data in `folder`, scraping what the configuration says. */
async function startPrometheus(folder: string, scrapeConfigs: unknown[] = []): Promise<string> {
  const configuration = join(folder, "prometheus.yml");
  writeFileSync(configuration, JSON.stringify({ global: { scrape_interval: "1s" }, scrape_configs: scrapeConfigs }));
  const address = `127.0.0.1:${await freePort()}`;
  const args = [
    `--config.file=${configuration}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    "--storage.tsdb.retention.time=60y",
    `--web.listen-address=${address}`,
    "--log.level=error",
  ];
  const prometheus = await startServer("prometheus", args, `http://${address}`, "/-/ready");
  onTestFinished(() => prometheus.stop());
  return prometheus.url;
}

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));

async function bothReports(
  journalPath: string,
  url: string,
  period: Period,
  bucketSeconds: number,
): Promise<[Report, Report]> {
  const request = { ...period, bucketSeconds, groupBy: ["team", "model"], source: "", generatedAt: period.to };
  using journal = openJournalReader(journalPath);
  return [
    buildReport(readJournalEntries(journal, period, bucketSeconds), request),
    buildReport(await readPrometheusEntries({ url }, period, bucketSeconds), request),
  ];
}

/** A Prometheus that scrapes a meter. Targets are discovered every few seconds: the run begins when it is scraped. */
async function scraping(folder: string, meter: Pick<Meter, "metricsHandler">): Promise<string> {
  const handler = meter.metricsHandler();
  const application = createServer((request, response) => void handler(request, response)).listen(0, "127.0.0.1");
  await new Promise((resolve) => application.once("listening", resolve));
  onTestFinished(() => void application.close());
  const target = `127.0.0.1:${(application.address() as AddressInfo).port}`;
  const url = await startPrometheus(folder, [{ job_name: "application", static_configs: [{ targets: [target] }] }]);
  const isUp = async () => (await queryAt({ url }, "up", new Date())).some(({ value }) => value === 1);
  await expect.poll(isUp).toBe(true);
  return url;
}

test("a live run: journal and Prometheus agree within the scrape's own error", { timeout: 90_000 }, async () => {
  const folder = temporaryFolder();
  const meter = createMeter({ labels: ["team"], zeroHoldSeconds: 3 });
  const journalPath = join(folder, "footprint.db");
  const journal = openJournal(journalPath);
  meter.on("request", (record) => journal.append(record));
  const url = await scraping(folder, meter);
  const from = new Date(Math.floor(Date.now() / 1000) * 1000);
  const report = (team: string, model: string) =>
    meter.record({
      provider: "mistral_ai",
      model,
      operation: "chat",
      labels: { team },
      usage: { inputTokens: 10, outputTokens: 400 },
    });
  for (let round = 0; round < 12; round++) {
    for (let n = 0; n < 5; n++) report("search", "mistral-large-2407");
    report("support", "mistral-large-2407");
    report("support", "no such model");
    await seconds(1);
  }
  await seconds(5);
  await meter.flush();
  await journal.close();
  const to = new Date(Math.floor(Date.now() / 1000) * 1000);
  const [own, scraped] = await bothReports(journalPath, url, { from, to }, 3600);

  // `increase` extrapolates by up to a scrape at either end.
  const tolerance = 2 / ((to.getTime() - from.getTime()) / 1000 - 2);
  expect(own.overall.requests).toBe(84);
  // The name that was asked for stands in the journal only.
  const counted = own.lines.map(({ group }) => group.map((name) => (name === "no such model" ? "unknown" : name)));
  expect(scraped.lines.map(({ group }) => group)).toStrictEqual(counted);
  for (const [index, { summary }] of own.lines.entries()) {
    const other = scraped.lines[index]!.summary;
    expect(Math.abs(other.requests / summary.requests - 1)).toBeLessThan(tolerance);
    expect(other.coverageShare).toBeCloseTo(summary.coverageShare!, 2);
    for (const bound of ["low", "central", "high"] as const) {
      const [expected, actual] = [summary.impacts.co2eGrams?.[bound], other.impacts.co2eGrams?.[bound]];
      if (expected === undefined) expect(actual).toBeUndefined();
      else expect(Math.abs(actual! / expected - 1)).toBeLessThan(tolerance);
    }
  }
  expect(scraped.overall.provenance.factorIds).toStrictEqual(own.overall.provenance.factorIds);
  expect(scraped.overall.provenance.catalogueVersions).toStrictEqual(own.overall.provenance.catalogueVersions);
  expect(scraped.overall.primaryDataShare).toBeCloseTo(own.overall.primaryDataShare!, 2);

  const findings = await checkPrometheus({ url }, { now: new Date(), zeroHoldSeconds: 3 });
  expect(findings).toMatchObject([
    { check: "scrape interval", level: "good" },
    { check: "counter resets", level: "good" },
    { check: "targets", level: "good" },
  ]);
  const tooShort = await checkPrometheus({ url }, { now: new Date(), zeroHoldSeconds: 1 });
  expect(tooShort[0]).toMatchObject({
    level: "problem",
    remedy: "Set zeroHoldSeconds to 2 or more, or scrape more often.",
  });
});

test("a process that two jobs scrape is noticed, by the report and by the doctor", { timeout: 90_000 }, async () => {
  const folder = temporaryFolder();
  const meters = [createMeter({ zeroHoldSeconds: 2 }), createMeter({ zeroHoldSeconds: 2 })];
  const targets = await Promise.all(
    meters.map(async (meter) => {
      const handler = meter.metricsHandler();
      const server = createServer((request, response) => void handler(request, response)).listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      onTestFinished(() => void server.close());
      return `127.0.0.1:${(server.address() as AddressInfo).port}`;
    }),
  );
  const jobs = { application: targets, again: targets.slice(0, 1) };
  const url = await startPrometheus(
    folder,
    Object.entries(jobs).map(([name, list]) => ({ job_name: name, static_configs: [{ targets: list }] })),
  );
  const from = new Date(Math.floor(Date.now() / 1000) * 1000);
  const up = async () => (await queryAt({ url }, "up", new Date())).filter(({ value }) => value === 1).length;
  await expect.poll(up).toBe(3);
  const usage = { inputTokens: 10, outputTokens: 400 };
  for (const meter of meters)
    meter.record({ provider: "mistral_ai", model: "mistral-large-2407", operation: "chat", usage });
  await seconds(5);
  const to = new Date(Math.ceil(Date.now() / 1000) * 1000);
  const names = [`again ${targets[0]!}`, `application ${targets[0]!}`];
  expect(await scrapedTwice({ url }, to, 60)).toStrictEqual([names]);
  const findings = await checkPrometheus({ url }, { now: to, zeroHoldSeconds: 2 });
  expect(findings.at(-1)).toMatchObject({ check: "targets", level: "problem" });
  expect(findings.at(-1)!.text).toContain(names.join(" and "));
  const entries = await readPrometheusEntries({ url }, { from, to }, 3600);
  expect(entries.length).toBeGreaterThan(0);
  for (const { provenance } of entries) expect(provenance.warnings).toContain("scraped_twice");
});

test(
  "the past: what is replayed into blocks of Prometheus is what is replayed into a journal",
  { timeout: 90_000 },
  async () => {
    const folder = temporaryFolder();
    const file = join(folder, "spend.jsonl");
    const start = Date.UTC(2026, 9, 5);
    const rows = Array.from({ length: 3000 }, (_, n) => ({
      request_id: `r${n}`,
      call_type: "completion",
      custom_llm_provider: n % 3 === 0 ? "openai" : "mistral",
      model: n % 3 === 0 ? "gpt-5-mini" : "mistral-large-2407",
      prompt_tokens: n % 97,
      completion_tokens: 100 + (n % 211),
      startTime: new Date(start + 3600_000 + n * 80_000).toISOString(),
      team_id: n % 5 === 0 ? "support" : "search",
    }));
    writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const labels = { team: "team_id" };
    const [journalPath, metrics] = [join(folder, "footprint.db"), join(folder, "past.om")];
    const files = await inputFiles([file], process.stdin);
    const options = { labels, notation: { dates: {}, now: Date.now() } };
    await replay(files, journalSink(journalPath, {}), options);
    await replay(files, openMetricsSink(metrics, { stepSeconds: 300 }), options);
    execFileSync(
      "promtool",
      ["tsdb", "create-blocks-from", "--max-block-duration=960h", "openmetrics", metrics, join(folder, "data")],
      {
        stdio: "pipe",
      },
    );
    const url = await startPrometheus(folder);
    const period = { from: new Date(start), to: new Date(start + 3 * 86_400_000) };
    const [own, scraped] = await bothReports(journalPath, url, period, 86_400);

    expect(own.overall.requests).toBe(3000);
    expect(scraped.overall.requests / own.overall.requests).toBeCloseTo(1, 2);
    expect(scraped.lines.map(({ group }) => group)).toStrictEqual(own.lines.map(({ group }) => group));
    for (const [index, { summary }] of own.lines.entries()) {
      const { impacts } = scraped.lines[index]!.summary;
      expect(impacts.co2eGrams!.central / summary.impacts.co2eGrams!.central).toBeCloseTo(1, 2);
      expect(impacts.waterLitres!.high / summary.impacts.waterLitres!.high).toBeCloseTo(1, 2);
    }
    for (const [index, { summary }] of own.buckets.entries()) {
      expect(scraped.buckets[index]!.summary.requests / summary.requests).toBeCloseTo(1, 1);
    }
  },
);

test("what providers stated is set beside the factors from Prometheus too", { timeout: 90_000 }, async () => {
  const folder = temporaryFolder();
  const joules = [200, 100, 400, 300];
  let asked = 0;
  const answer = () => Response.json(chatOf({ energy: { energy_joules: joules[asked++ % joules.length] } }));
  const { post, meter } = metered({ fetch: () => Promise.resolve(answer()) }, { zeroHoldSeconds: 3 });
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const url = await scraping(folder, meter);
  const from = new Date(Math.floor(Date.now() / 1000) * 1000);
  for (let round = 0; round < 10; round++) {
    for (let n = 0; n < joules.length; n++)
      await (await post("https://api.neuralwatt.com/v1/chat/completions", { model: "gpt-oss-120b" })).json();
    await meter.flush();
    await seconds(1);
  }
  await seconds(5);
  const to = new Date(Math.floor(Date.now() / 1000) * 1000);
  const entries = await readPrometheusEntries({ url }, { from, to }, 3600);
  await meter.close();
  const [line] = buildReport(entries, {
    ...{ from, to, bucketSeconds: 3600, groupBy: ["model"], source: "", generatedAt: to },
  }).stated;
  const { requests, ratios, leftOut, sources } = line!.summary.statements!;
  const tolerance = 2 / ((to.getTime() - from.getTime()) / 1000 - 2);
  expect(Math.abs(requests / 40 - 1)).toBeLessThan(tolerance);
  expect(requestsIn(ratios)).toBeCloseTo(requests, 6);
  expect([sources, leftOut]).toStrictEqual([["measured"], {}]);
  // Within the bucket that the second of four ratios is in; buckets are 2 to 2.5 times apart.
  const second = records.map(({ statedToEstimatedRatio }) => statedToEstimatedRatio!).toSorted((a, b) => a - b)[19]!;
  expect(Math.abs(Math.log(quantile(ratios, 0.5)! / second))).toBeLessThan(Math.log(2.5));
});
