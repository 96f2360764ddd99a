// cspell:ignore reprot unstub
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import stringWidth from "string-width";
import { expect, test, vi } from "vitest";

import { sampleRecord } from "../journal/sample-record.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { writeJournal } from "../report/sample-report.ts";
import { commandLine } from "./command-line.ts";

const COLUMNS = 80;

/** Of a day on which one model has no electricity, so that the report has something to add to its figures. */
function journal(): string {
  const path = join(temporaryFolder(), "footprint.db");
  const labels = [
    { team: "search", feature: "query-understanding" },
    { team: "support", feature: "ticket-replies" },
    { team: "検索", feature: "" },
  ];
  const records = labels.flatMap((own, team) =>
    [0, 1].map((index) => {
      const record = sampleRecord({
        id: `0f${team}${index}-6b1f`,
        startedAt: new Date(Date.UTC(2026, 10, 20, 10, 10 * team + index)),
        labels: own,
        model: index === 0 ? "mistral-large-2407" : "a-model-with-a-rather-long-name-2026-11-20",
      });
      const { energyJoules: _unknown, ...footprint } = record.footprint!;
      return index === 0 ? record : { ...record, footprint };
    }),
  );
  writeJournal(path, records);
  return path;
}

/** A folder with a faulty factor file, and records of which one is rejected. */
function files(): string {
  const folder = temporaryFolder();
  const factors = "factors:\n  - id: own.one\n  - id: own.two\n    licence: ours\n    colour: green\n";
  writeFileSync(join(folder, "faulty.yaml"), factors);
  const records = [JSON.stringify(sampleRecord()), "nonsense", JSON.stringify(sampleRecord({ id: "r2" }))];
  writeFileSync(join(folder, "records.jsonl"), `${records.join("\n")}\n`);
  return folder;
}

const period = ["--from", "2026-11-20", "--to", "2026-11-20"];

test.for([
  ["help", ["--help"]],
  ["estimate", ["estimate", "--model", "gpt-5.5", "--input-tokens", "800", "--output-tokens", "400"]],
  ["estimate-steps", ["estimate", "--model", "mistral-large-2407", "--output-tokens", "400", "--steps"]],
  ["estimate-compare", ["estimate", "--model", "gpt-5.5", "--output-tokens", "400", "--compare"]],
  ["estimate-versus", ["estimate", "--model", "gpt-5.5", "--versus", "gpt-5.4", "--output-tokens", "400"]],
  ["estimate-misspelt", ["estimate", "--model", "gpt-5.5-mimi", "--output-tokens", "400"]],
  ["estimate-unknown", ["estimate", "--model", "dall-e3", "--output-tokens", "400"]],
  ["command-misspelt", ["reprot"]],
  ["factors", ["factors", "--model", "mistral-large-2407"]],
  ["factors-check", ["factors", "--check", "faulty.yaml"]],
  ["factors-template", ["factors", "--template"]],
  ["records", ["records", "--journal", "JOURNAL"]],
  ["explain", ["explain", "0f10", "--journal", "JOURNAL"]],
  ["explain-ambiguous", ["explain", "0f", "--journal", "JOURNAL"]],
  ["report", ["report", "--journal", "JOURNAL", ...period, "--group-by", "team,model"]],
  [
    "report-many-columns",
    ["report", "--journal", "JOURNAL", ...period, "--group-by", "team,feature,model,provider,zone"],
  ],
  ["replay", ["replay", "records.jsonl", "--openmetrics", "past.om"]],
  ["doctor", ["doctor", "--factors", "faulty.yaml"]],
] as const)("in a terminal of 80 columns, %s reads as recorded", async ([name, parameters]) => {
  vi.stubEnv("COLUMNS", String(COLUMNS));
  const path = journal();
  const { status, output, errors } = await commandLine(
    parameters.map((text) => (text === "JOURNAL" ? path : text)),
    files(),
  );
  vi.unstubAllEnvs();
  const shown = `$ llm-footprint ${parameters.join(" ")}\n${output}${errors}(status ${status})\n`
    .replaceAll(path, "footprint.db")
    .replaceAll(/(catalogue \d+\.\d+\.\d+)\+[0-9a-f]+/g, "$1");
  await expect(shown).toMatchFileSnapshot(`recordings/${name}.txt`);
  // An address is not broken, nor is the line of what was typed.
  const tooWide = shown
    .split("\n")
    .slice(1)
    .filter((line) => stringWidth(line) > COLUMNS && !line.includes("https://") && !line.startsWith("llm-footprint:"));
  expect(tooWide).toStrictEqual([]);
});
