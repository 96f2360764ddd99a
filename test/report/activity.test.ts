import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSheet } from "read-excel-file/node";
import { expect, test } from "vitest";

import { openJournal } from "../../src/journal/open-journal.ts";
import { commandLine } from "../cli/command-line.ts";
import { sampleRecord } from "../journal/sample-record.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";

/** A journal with a live request in each of two months, and two of a gateway's log in the second. */
async function mixedJournal(): Promise<string> {
  const folder = temporaryFolder();
  const path = join(folder, "footprint.db");
  const journal = openJournal(path);
  journal.append(sampleRecord({ id: "old", startedAt: new Date("2026-09-10T10:00:00Z") }));
  journal.append(sampleRecord({ id: "live", startedAt: new Date("2026-10-31T23:30:00Z"), labels: { team: "search" } }));
  await journal.close();
  const row = { call_type: "completion", custom_llm_provider: "mistral", prompt_tokens: 100, completion_tokens: 400 };
  const rows = [
    { ...row, request_id: "a", model: "mistral-large-2407", startTime: "2026-10-05T10:00:00Z", team: "search" },
    { ...row, request_id: "b", model: "our-own-model", startTime: "2026-10-05T11:00:00Z", team: "support" },
  ];
  writeFileSync(join(folder, "spend.jsonl"), rows.map((each) => `${JSON.stringify(each)}\n`).join(""));
  await commandLine(["replay", "spend.jsonl", "--journal", "footprint.db", "--label", "team=team"], folder);
  return path;
}

const report = async (path: string, ...more: string[]) => commandLine(["report", "--journal", path, ...more]);

interface Document {
  readonly overall: Record<string, unknown>;
  readonly lines: readonly { readonly group: Record<string, string>; readonly requests: number }[];
  readonly subtotals: readonly { readonly group: Record<string, string>; readonly requests: number }[];
  readonly comparison: { readonly title: string; readonly overall: { readonly requests: number } };
  readonly activity: Record<string, unknown>;
}
const json = async (path: string, ...more: string[]): Promise<Document> =>
  JSON.parse((await report(path, "--json", ...more)).output) as Document;

test("a report says where each part of its activity data comes from, and does not call a log metered", async () => {
  const path = await mixedJournal();
  const { activity, overall } = await json(path, "--month", "2026-10");
  const today = new Date().toISOString().slice(0, 10);
  expect(activity).toMatchObject({
    first_request: "2026-10-05T10:00:00.000Z",
    last_request: "2026-10-31T23:30:00.000Z",
    origins: [
      { origin: "file", file: "spend.jsonl", kinds: ["litellm"], requests: 2, tokens: 1000 },
      { origin: "metered", requests: 1, tokens: 500 },
    ],
  });
  expect(activity["days_without_requests"]).toHaveLength(29);
  expect(overall["activity_data"]).toBe(`2 read from spend.jsonl (litellm) on ${today}; 1 metered live`);
  const { output } = await report(path, "--month", "2026-10", "--format", "md");
  expect(output).toContain("October 2026");
  expect(output).toContain(
    "The requests were metered at the client, with the usage that the provider stated for each; others were read from logs of gateways",
  );
  const september = await report(path, "--month", "2026-09", "--format", "md");
  expect(september.output).toContain("The requests were metered at the client");
  expect(september.output).not.toContain("others were read");
});

test("lines by day, month and label have subtotals, the days are the time zone's, and the unknown model has its own name", async () => {
  const path = await mixedJournal();
  const byDay = await json(
    path,
    "--from",
    "2026-10-01",
    "--to",
    "2026-11-30",
    "--group-by",
    "month,team",
    "--time-zone",
    "Europe/Paris",
  );
  expect(byDay.lines.map(({ group, requests }) => [group["month"], group["team"], requests])).toStrictEqual([
    ["2026-10", "search", 1],
    ["2026-10", "support", 1],
    ["2026-11", "search", 1],
  ]);
  expect(byDay.subtotals.map(({ group, requests }) => [group["month"], requests])).toStrictEqual([
    ["2026-10", 2],
    ["2026-11", 1],
  ]);
  const byModel = await json(path, "--month", "2026-10", "--group-by", "model");
  expect(byModel.lines.map(({ group }) => group["model"])).toContain("our-own-model");
  const { output } = await report(path, "--month", "2026-10", "--group-by", "month,team");
  expect(output).toMatch(/2026-10 +all +3 /);
});

test("the first and last request are told by the clocks of the report's time zone, and a decline has a minus sign", async () => {
  const path = await mixedJournal();
  const { output } = await report(path, "--month", "2026-11", "--time-zone", "Europe/Paris", "--compare", "previous");
  expect(output).toContain("2026-11-01 00:30 Europe/Paris and 2026-11-01 00:30 Europe/Paris");
  expect(output).toContain("October 2026 (Europe/Paris): 2 requests (−50 %)");
});

test("the plot of causes shows the largest lines, and says of how many", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "footprint.db");
  const journal = openJournal(path);
  for (let day = 1; day <= 14; day++) {
    const startedAt = new Date(Date.UTC(2026, 9, day, 10));
    for (let count = 0; count < day; count++) journal.append(sampleRecord({ id: `${day}.${count}`, startedAt }));
  }
  await journal.close();
  const { output } = await report(path, "--month", "2026-10", "--group-by", "day", "--format", "html");
  expect(output).toContain("Share of CO2e, the 12 largest of 14 lines");
  const plotted = /Share of CO2e by group.*?<\/svg>/s.exec(output)![0];
  expect([...plotted.matchAll(/>(2026-10-\d\d)</g)].map(([, day]) => day)).toStrictEqual(
    Array.from({ length: 12 }, (_, index) => `2026-10-${String(14 - index).padStart(2, "0")}`),
  );
});

test("a month is compared with the month before", async () => {
  const { comparison } = await json(await mixedJournal(), "--month", "2026-10", "--compare", "previous");
  expect(comparison).toMatchObject({ title: "September 2026", overall: { requests: 1 } });
});

test("an empty period says what the journal holds", async () => {
  const { status, errors } = await report(await mixedJournal(), "--month", "2026-01");
  expect({ status, errors }).toStrictEqual({
    status: 0,
    errors:
      "llm-footprint: no requests in January 2026; the journal holds 2026-09-10 10:00 UTC to 2026-10-31 23:30 UTC\n",
  });
});

test("the CSV for a country's spreadsheet has its separator, decimal comma and byte order mark", async () => {
  const { output } = await report(await mixedJournal(), "--month", "2026-10", "--format", "csv", "--locale", "fr-FR");
  expect(output.startsWith("\uFEFFgroup_provider;group_model;")).toBe(true);
  expect(output).toMatch(/;\d+,\d+;/);
  const plain = await report(await mixedJournal(), "--month", "2026-10", "--format", "csv");
  expect(plain.output.startsWith("group_provider,group_model,")).toBe(true);
});

test("the workbook holds the same numbers, in tonnes, as another library reads them", async () => {
  const path = await mixedJournal();
  const file = join(temporaryFolder(), "october.xlsx");
  const made = await report(
    path,
    "--month",
    "2026-10",
    "--format",
    "xlsx",
    "--output",
    file,
    "--organisation",
    "Example SA",
  );
  expect(made).toStrictEqual({ status: 0, output: "", errors: "" });
  const { overall } = await json(path, "--month", "2026-10");
  const lines = await readSheet(file, "Lines");
  expect(lines[0]!.slice(0, 5)).toStrictEqual(["provider", "model", "requests", "tCO2e", "tCO2e low"]);
  const all = lines.at(-1)!;
  expect([all[0], all[2]]).toStrictEqual(["all", 3]);
  expect(all[3]).toBeCloseTo((overall["co2e_kg_central"] as number) / 1000, 15);
  const evidence = await readSheet(file, "Evidence");
  expect(evidence.slice(1).map(([, requests, share]) => [typeof requests, typeof share])).toContainEqual([
    "number",
    "number",
  ]);
  expect(evidence.slice(1).reduce((sum, [, requests]) => sum + Number(requests), 0)).toBe(3);
  const summary = await readSheet(file, "Summary");
  expect(summary.find(([title]) => title === "Organisation")).toStrictEqual(["Organisation", "Example SA"]);
});
