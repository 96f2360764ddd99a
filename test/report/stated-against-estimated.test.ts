import { join } from "node:path";
import fc from "fast-check";
import { readSheet } from "read-excel-file/node";
import { expect, test, vi } from "vitest";

import type { RequestRecord } from "../../src/index.ts";
import { compactSlice } from "../../src/journal/compaction.ts";
import { openJournalReader } from "../../src/journal/reading.ts";
import { Overflow } from "../../src/journal/overflow.ts";
import { Store } from "../../src/journal/store.ts";
import { addStep, quantile, stepOf } from "../../src/model/ratio-steps.ts";
import { commandLine } from "../cli/command-line.ts";
import { sampleRecord } from "../journal/sample-record.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { metered } from "../wire/metered.ts";
import { chatOf, streamOf } from "../wire/stated/answers.ts";

const HOST = "https://api.neuralwatt.com/v1/chat/completions";
const comment = (joules: number): string => `: energy {"energy_joules":${joules},"attribution_method":"prorated"}\n\n`;

/** Answers that state energies of 100 J to 400 J for the same usage, and five that cannot be compared. */
async function journalled(): Promise<{ path: string; records: readonly RequestRecord[] }> {
  vi.spyOn(process, "emitWarning").mockReturnValue();
  const path = join(temporaryFolder(), "footprint.db");
  const withoutUsage = chatOf({ energy: { energy_joules: 100 }, usage: undefined });
  const answers = [
    ...[400, 100, 300, 200].map((joules) => chatOf({ energy: { energy_joules: joules } })),
    chatOf({ energy: { energy_joules: 1500, energy_kwh: 4e-7 } }),
    chatOf({ energy: { energy_joules: "many" } }),
    withoutUsage,
    streamOf({ usage: undefined }, comment(100)),
    chatOf(),
  ];
  const { post, meter, settled } = metered(
    {
      fetch: () => {
        const answer = answers.shift();
        return Promise.resolve(
          typeof answer === "string"
            ? new Response(answer, { headers: { "content-type": "text/event-stream" } })
            : Response.json(answer),
        );
      },
    },
    { journal: path },
  );
  while (answers.length > 0) {
    const stream = typeof answers[0] === "string";
    await (await post(HOST, { model: "gpt-oss-120b", stream })).text();
  }
  const records = await settled();
  await meter.close();
  vi.restoreAllMocks();
  return { path, records };
}

const json = async (...source: string[]): Promise<Record<string, unknown>[]> => {
  const { output, errors } = await commandLine(["report", ...source, "--json"]);
  expect(errors).toBe("");
  return (JSON.parse(output) as { stated_against_estimated: Record<string, unknown>[] }).stated_against_estimated;
};

test("the report sets stated energy beside what the factors say, by model, from rows, hours and Parquet", async () => {
  const { path, records } = await journalled();
  const [lower, median, upper] = [1, 3, 2]
    .map((index) => records[index]!.statedToEstimatedRatio!)
    .sort((a, b) => a - b);
  expect(median! / lower!).toBeCloseTo(2, 12);
  const expected = {
    provider: "neuralwatt",
    model: "gpt-oss-120b",
    stated_requests: 8,
    stated_source: "measured",
    stated_compared_requests: 4,
    stated_left_out: "implausible 1; unreadable 1; no_usage 1; estimated_usage 1",
    stated_factor_evidence: "measured",
  };
  const own = await json("--journal", path);
  expect(own).toMatchObject([expected]);
  const near = (name: string, ratio: number): void =>
    expect(Math.abs(Math.log((own[0]![name] as number) / ratio))).toBeLessThan(0.005);
  near("stated_to_estimated_lower_quartile", lower!);
  near("stated_to_estimated_median", median!);
  near("stated_to_estimated_upper_quartile", upper!);

  const folder = join(temporaryFolder(), "records");
  expect(await commandLine(["export", "--journal", path, "--parquet", folder])).toMatchObject({ status: 0 });
  expect(await json("--records", join(folder, "**/*.parquet"))).toStrictEqual(own);

  const store = new Store(path, { writer: "other", busySeconds: 1 });
  compactSlice(store, Date.now() + 1000);
  expect(store.database.prepare("SELECT count(*) AS rows FROM request").get()).toMatchObject({ rows: 0 });
  store.close();
  expect(await json("--journal", path)).toStrictEqual(own);
});

test("every format of a report has the section, and none that has nothing to say", async () => {
  const { path } = await journalled();
  const file = join(temporaryFolder(), "report.xlsx");
  const [fields] = await json("--journal", path);
  const text = (value: number): string => value.toLocaleString("en", { maximumSignificantDigits: 3 });
  const [lower, median, upper] = ["lower_quartile", "median", "upper_quartile"].map((name) =>
    text(fields![`stated_to_estimated_${name}`] as number),
  );
  const ratio = `${median} (${lower} to ${upper})`;
  const left = "1 implausible, 1 unreadable, 1 without usage, 1 of estimated usage";
  const outputOf = async (...options: string[]) =>
    (await commandLine(["report", "--journal", path, ...options])).output.replaceAll(/<[^>]*>/g, "");
  for (const format of ["table", "md", "html"]) {
    const output = await outputOf("--format", format);
    expect(output.replaceAll(/\s+/g, " ")).toContain(ratio);
    expect(output).toContain(left);
  }
  const [header, line] = (await outputOf("--format", "csv")).split("\r\n").map((row) => row.split(","));
  // Behind them no field has a comma inside.
  const field = (name: string) => line!.at(header!.indexOf(name) - header!.length);
  expect(field("stated_compared_requests")).toBe("4");
  expect(field("stated_to_estimated_median")).toBe(String(fields!["stated_to_estimated_median"]));
  expect(await commandLine(["report", "--journal", path, "--format", "xlsx", "--output", file])).toMatchObject({
    status: 0,
    errors: "",
  });
  expect(await readSheet(file, "Stated against estimated")).toStrictEqual([
    [
      ...["provider", "model", "stated", "factors", "requests", "compared"],
      ...["stated ÷ estimated", "lower quartile", "upper quartile", "left out"],
    ],
    [
      ...["neuralwatt", "gpt-oss-120b", "measured", "measured", 8, 4],
      ...["median", "lower_quartile", "upper_quartile"].map((name) => fields![`stated_to_estimated_${name}`]),
      left,
    ],
  ]);

  const without = join(temporaryFolder(), "footprint.db");
  const store = new Store(without, { writer: "main", busySeconds: 1 });
  store.write({ records: [sampleRecord()], hours: [], states: [], synchronous: false });
  store.close();
  const { output } = await commandLine([
    "report",
    "--journal",
    without,
    "--from",
    "2026-11-19",
    "--to",
    "2026-11-21",
    "--format",
    "md",
  ]);
  expect(output).not.toContain("Stated against estimated");
});

test("ratios of requests that were summed up in memory, while the file could not be written, are kept", () => {
  const overflow = new Overflow(10);
  const ratios = [1, 2, 2, undefined];
  for (const [n, statedToEstimatedRatio] of ratios.entries())
    overflow.fold(sampleRecord({ id: `r${n}`, statement: "measured", statedToEstimatedRatio }), 0);
  const path = join(temporaryFolder(), "footprint.db");
  const store = new Store(path, { writer: "main", busySeconds: 1 });
  for (let time = 0; time < 2; time++)
    store.write({ records: [], hours: overflow.hours, states: [], synchronous: false });
  store.close();
  using journal = openJournalReader(path);
  const [sum] = journal.sums({ from: new Date("2026-11-20"), to: new Date("2026-11-21") });
  expect(sum).toMatchObject({ requests: 8, statement: "measured" });
  expect([...sum!.ratios!]).toStrictEqual([
    [0, 2],
    [stepOf(2), 4],
  ]);
});

test("a quantile by steps is within half a step of that of the ratios", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 60 }),
      fc.constantFrom(0.25, 0.5, 0.75),
      (ratios, share) => {
        const steps = new Map<number, number>();
        for (const ratio of ratios) addStep(steps, stepOf(ratio), 1);
        const exact = ratios.toSorted((a, b) => a - b)[Math.ceil(ratios.length * share) - 1]!;
        expect(Math.abs(Math.log(quantile(steps, share)! / exact))).toBeLessThanOrEqual(Math.log(1.01) / 2 + 1e-12);
      },
    ),
  );
  expect(quantile(new Map(), 0.5)).toBeUndefined();
});
