import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";

import { createMeter, type RequestRecord } from "../../src/index.ts";
import { statedOf } from "../../src/formats/stated-of-record.ts";
import { openJournalReader } from "../../src/journal/reading.ts";
import { commandLine } from "../cli/command-line.ts";
import { metered } from "../wire/metered.ts";
import { chatOf, GREENPT, MELIOUS, NEURALWATT } from "../wire/stated/answers.ts";
import { temporaryFolder } from "./temporary-folder.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const ALWAYS = { from: new Date(0), to: new Date("2100-01-01") };

/** One answer of each provider, a doubtful one, a broken one, and one that states nothing. */
const ANSWERS: readonly [host: string, more: object][] = [
  ["api.neuralwatt.com", { energy: NEURALWATT }],
  ["api.greenpt.ai", { impact: GREENPT }],
  ["api.melious.ai", { environment_impact: MELIOUS }],
  ["api.neuralwatt.com", { energy: { energy_joules: 1500, energy_kwh: 4e-7 } }],
  ["api.neuralwatt.com", { energy: { energy_joules: "many" } }],
  ["api.neuralwatt.com", {}],
];

async function metering(journal: string): Promise<readonly RequestRecord[]> {
  vi.spyOn(process, "emitWarning").mockReturnValue();
  let next = 0;
  const fetch = () => Promise.resolve(Response.json(chatOf(ANSWERS[next++]![1])));
  const { post, meter, settled } = metered({ fetch }, { journal });
  for (const [host] of ANSWERS)
    await (await post(`https://${host}/v1/chat/completions`, { model: "gpt-oss-120b" })).json();
  const records = await settled();
  await meter.close();
  return records;
}

/** What was stated of these records, as a journal has them: several began in the same millisecond. */
function statedInJournal(path: string, records: readonly RequestRecord[]) {
  using journal = openJournalReader(path);
  const found = new Map(Array.from(journal.records(ALWAYS), (record) => [record.id, statedIn(record)]));
  expect(found.size).toBe(records.length);
  return records.map(({ id }) => found.get(id));
}

const statedIn = ({
  stated,
  statement,
  statedToEstimatedRatio,
  footprint,
  zone,
  zoneBasis,
  servedBy,
}: RequestRecord) => ({
  ...{ stated, statement, statedToEstimatedRatio, zone, zoneBasis, servedBy },
  footprint: footprint && {
    evidence: footprint.evidence,
    energyJoules: footprint.energyJoules,
    warnings: footprint.warnings,
  },
});

test("what was stated comes back from a journal, and from records that are replayed from JSON lines", async () => {
  const [path, again] = ["own.db", "again.db"].map((name) => join(temporaryFolder(), name));
  const records = await metering(path!);
  expect(records.map(({ statement }) => statement)).toStrictEqual([
    ...["measured", "estimated", "estimated", "implausible", "unreadable"],
    undefined,
  ]);
  expect(statedInJournal(path!, records)).toEqual(records.map(statedIn));
  const lines = join(temporaryFolder(), "records.jsonl");
  writeFileSync(lines, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  expect(await commandLine(["replay", lines, "--journal", again!])).toMatchObject({ status: 0, errors: "" });
  expect(statedInJournal(again!, records)).toEqual(records.map(statedIn));
});

test("Parquet holds what was stated, what became of it, and the evidence", async () => {
  const path = join(temporaryFolder(), "own.db");
  const records = await metering(path);
  const folder = join(temporaryFolder(), "records");
  expect(await commandLine(["export", "--journal", path, "--parquet", folder])).toMatchObject({
    status: 0,
    errors: "",
  });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll(
    `SELECT id, stated, statement, statedToEstimatedRatio AS ratio, evidence FROM read_parquet('${folder}/**/*.parquet')`,
  );
  const byId = new Map(records.map((record) => [record.id, record]));
  expect(rows.getRowObjectsJS()).toHaveLength(records.length);
  for (const { id, stated, statement, ratio, evidence } of rows.getRowObjectsJS()) {
    const record = byId.get(id as string)!;
    expect(stated === null ? undefined : JSON.parse(stated as string)).toEqual(
      record.stated && (JSON.parse(JSON.stringify(record.stated)) as unknown),
    );
    expect([statement ?? undefined, ratio ?? undefined, evidence]).toStrictEqual([
      ...[record.statement, record.statedToEstimatedRatio],
      record.footprint!.evidence,
    ]);
  }
  connection.closeSync();
  instance.closeSync();
});

test("what is counted of statements goes on when the process starts again", async () => {
  const path = join(temporaryFolder(), "own.db");
  const records = await metering(path);
  const statedOfModels = (meter: ReturnType<typeof createMeter>) =>
    meter.totals().models.map(({ provider, stated, attributed, distributions }) => ({
      ...{ provider, stated, attributed },
      ratio: distributions.statedToEstimatedRatio,
    }));
  const restarted = createMeter({ journal: path });
  const after = statedOfModels(restarted);
  expect(after.find(({ provider }) => provider === "neuralwatt")).toMatchObject({
    stated: { measured: 1, implausible: 1, unreadable: 1 },
    attributed: { stated_measured: { requests: 1, energyJoules: expect.closeTo(420.764, 3) as number } },
    ratio: { sum: records[0]!.statedToEstimatedRatio },
  });
  const metrics = await restarted.metrics();
  expect(metrics).toMatch(/^llm_footprint_stated_requests_total\{.*source="implausible".*\} 1$/m);
  expect(metrics).toMatch(/^llm_footprint_stated_to_estimated_ratio_count\{.*provider="neuralwatt".*\} 1$/m);
  await restarted.close();
});

test("a record from a file is a statement only with known words and amounts; it never throws", () => {
  const good = {
    ...{
      source: "measured",
      method: "nvml",
      boundary: "gpu",
      accounting: "unknown",
      energyJoules: 2,
      raw: { joules: 2 },
    },
    energyRangeJoules: { low: 1, central: 2, high: 3 },
  };
  expect(statedOf({ stated: good })).toStrictEqual({ stated: good });
  expect(statedOf({})).toStrictEqual({});
  expect(statedOf({ statement: "unreadable" })).toStrictEqual({ stated: "unreadable" });
  for (const bad of [
    { source: "guessed" },
    { method: "a text of the file" },
    { boundary: undefined },
    { energyJoules: "2" },
    { energyJoules: -1 },
    { energyRangeJoules: { low: 3, central: 2, high: 1 } },
    { energyRangeJoules: undefined },
  ])
    expect(statedOf({ stated: { ...good, ...bad } })).toStrictEqual({ stated: "unreadable" });
  const texts = statedOf({ stated: { ...good, location: "a secret place", raw: { note: "a secret", joules: 2 } } });
  expect(JSON.stringify(texts)).not.toContain("secret");
  fc.assert(
    fc.property(fc.object(), (stated) => {
      statedOf({ stated });
    }),
  );
});
