import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { VIDEO_CLASSES } from "../../src/journal/columns.ts";
import { openJournalReader } from "../../src/journal/reading.ts";
import { openDuckDb } from "../../src/report/duckdb.ts";
import { exportParquet } from "../../src/report/parquet-export.ts";
import { commandLine } from "../cli/command-line.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";

const CASES = join(import.meta.dirname, "../replay/cases/files");

test("exported records of several journals give the report that the journals give", async () => {
  const folder = temporaryFolder();
  const replayed = (name: string, journal: string) =>
    commandLine(["replay", join(CASES, name), "--journal", join(folder, journal), "--label", "team=team"], folder);
  const files = ["otel-collector-file.jsonl", "otel-errors.json"];
  for (const [n, file] of files.entries()) {
    expect((await replayed(file, `replica${n}.db`)).status).toBe(0);
    await replayed(file, "both.db");
  }
  const exported = await commandLine(
    [
      "export",
      "--journal",
      join(folder, "replica0.db"),
      join(folder, "replica1.db"),
      "--parquet",
      join(folder, "records"),
    ],
    folder,
  );
  expect(exported).toMatchObject({ status: 0, errors: "" });
  expect(readdirSync(join(folder, "records", "day=2025-10-06")).sort()).toStrictEqual([
    "replica0.parquet",
    "replica1.parquet",
  ]);
  const report = async (...source: string[]) => {
    const { output, errors } = await commandLine(["report", ...source, "--month", "2025-10", "--json"]);
    expect(errors).toBe("");
    const { overall, lines, activity } = JSON.parse(output) as Record<string, unknown>;
    return { overall, lines, activity };
  };
  const [own, read] = [
    await report("--journal", join(folder, "both.db")),
    await report("--records", join(folder, "records/**/*.parquet")),
  ];
  expect(numbersOf(read.overall)).toStrictEqual(numbersOf(own.overall));
  expect(numbersOf(read.lines)).toStrictEqual(numbersOf(own.lines));
  expect((read.activity as { first_request: string }).first_request).toBe("2025-10-06T08:00:00.123Z");
});

test("a day of many records is exported to several files, and an export that needs fewer removes the rest", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "footprint.db");
  await commandLine(["replay", join(CASES, "otel-collector-file.jsonl"), "--journal", path], folder);
  const day = join(folder, "records", "day=2025-10-06");
  const report = async () => {
    const files = join(folder, "records/**/*.parquet");
    const { output } = await commandLine(["report", "--records", files, "--month", "2025-10", "--json"]);
    return numbersOf((JSON.parse(output) as Record<string, unknown>)["overall"]);
  };
  using journal = openJournalReader(path);
  const period = { from: new Date("2025-10-06"), to: new Date("2025-10-07") };
  const exported = (fileRows?: number) => exportParquet(journal, path, join(folder, "records"), period, fileRows);
  const rows = await exported();
  expect(readdirSync(day)).toStrictEqual(["footprint.parquet"]);
  const before = await report();
  expect(rows).toBeGreaterThan(1);
  expect(await exported(1)).toBe(rows);
  expect(readdirSync(day)).toHaveLength(rows);
  expect(await report()).toStrictEqual(before);
  expect(await exported()).toBe(rows);
  expect(readdirSync(day)).toStrictEqual(["footprint.parquet"]);
});

test("records exported before videos had columns of their own are read beside those that have them", async () => {
  const folder = temporaryFolder();
  const journal = join(folder, "footprint.db");
  await commandLine(["replay", join(CASES, "otel-errors.json"), "--journal", journal], folder);
  await commandLine(["export", "--journal", journal, "--parquet", join(folder, "records")], folder);
  const files = join(folder, "records/**/*.parquet");
  const report = async () => {
    const { output } = await commandLine(["report", "--records", files, "--month", "2025-10", "--json"]);
    const { overall, lines } = JSON.parse(output) as Record<string, unknown>;
    return { overall, lines };
  };
  const before = await report();
  {
    using connection = await openDuckDb("a test");
    const [file] = readdirSync(join(folder, "records", "day=2025-10-06"));
    const path = join(folder, "records", "day=2025-10-06", file!);
    const columns = VIDEO_CLASSES.join(", ");
    await connection.run(`CREATE TABLE old AS SELECT * EXCLUDE (${columns}) FROM read_parquet('${path}')`);
    await connection.run(`COPY old TO '${path}' (FORMAT parquet)`);
  }
  expect(before.lines).toHaveLength(2);
  expect(numbersOf(await report())).toStrictEqual(numbersOf(before));
});

/** Numbers to twelve digits: sums in another order differ in the last ones. What says on which day a file was read stays out. */
const numbersOf = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (name, each: unknown) =>
      name === "activity_data" ? undefined : typeof each === "number" ? Number(each.toPrecision(12)) : each,
    ),
  );
