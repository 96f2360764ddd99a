import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { createAttribute } from "../../src/attribution/selection/attribute.ts";
import { compareModels } from "../../src/attribution/views/compare-models.ts";
import { openJournalReader } from "../../src/journal/reading.ts";
import type { RequestRecord } from "../../src/model/request.ts";
import type { Usage } from "../../src/model/usage.ts";
import type { ReportEntry } from "../../src/report/entry.ts";
import { readJournalEntries } from "../../src/report/journal-source.ts";
import { periodDifferences } from "../../src/report/period-difference.ts";
import { commandLine } from "../cli/command-line.ts";
import { sampleRecord } from "../journal/sample-record.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { writeJournal } from "./sample-report.ts";

const ANSWER = { inputTokens: 100, outputTokens: 300 };
const attribute = createAttribute();

interface Used {
  readonly month: "2026-09" | "2026-10";
  readonly model: string;
  readonly provider?: string;
  readonly zone?: string;
  readonly requests: number;
  readonly usage?: Usage;
  readonly team?: string;
}

function recordsOf({
  month,
  model,
  provider = "openai",
  zone = "USA",
  requests,
  usage = ANSWER,
  team = "search",
}: Used): RequestRecord[] {
  const attributor = attribute({ provider, model, operation: "chat", zone });
  if ("unattributedReason" in attributor) throw new Error(attributor.unattributedReason);
  return Array.from({ length: requests }, (_, index) =>
    sampleRecord({
      id: `${month}-${model}-${zone}-${team}-${index}`,
      provider,
      requestedModel: model,
      respondedModel: model,
      model: attributor.model,
      labels: { team },
      startedAt: new Date(`${month}-1${index % 10}T10:00:00Z`),
      usage,
      zone,
      zoneBasis: "declared",
      footprint: attributor.footprint(usage, Infinity),
    }),
  );
}

function journalOf(...used: readonly Used[]): string {
  const path = join(temporaryFolder(), "footprint.db");
  writeJournal(path, used.flatMap(recordsOf));
  return path;
}

function differencesOf(...used: readonly Used[]) {
  using journal = openJournalReader(journalOf(...used));
  const entriesOf = (from: string, to: string): ReportEntry[] =>
    readJournalEntries(journal, { from: new Date(from), to: new Date(to) }, 86_400);
  return periodDifferences(entriesOf("2026-10-01", "2026-11-01"), entriesOf("2026-09-01", "2026-10-01"), {});
}

const [september, october] = [{ month: "2026-09" } as const, { month: "2026-10" } as const];

describe("the difference of two months", () => {
  test("of one model is that of its usage: 30 → 45 requests are 15 requests' footprint, by hand", () => {
    const { co2eGrams, energyJoules } = differencesOf(
      { ...september, model: "gpt-4.1", requests: 30 },
      { ...october, model: "gpt-4.1", requests: 45 },
    );
    // One request: 3135.6 J ÷ 3.6 MJ/kWh × 384.4 g/kWh, and 0.03127 g of hardware (docs/methodology.md).
    expect(energyJoules!.central).toBeCloseTo(15 * 3135.6, 6);
    expect(co2eGrams!.central).toBeCloseTo(15 * ((3135.6 / 3.6e6) * 384.4 + 0.03127), 3);
    const one = recordsOf({ ...october, model: "gpt-4.1", requests: 1 })[0]!.footprint!.co2eGrams!;
    expect(co2eGrams!.low).toBeCloseTo(15 * one.low, 6);
    expect(co2eGrams!.high).toBeCloseTo(15 * one.high, 6);
    expect(co2eGrams!.decided).toBe(true);
    const methodology = readFileSync(new URL("../../docs/methodology.md", import.meta.url), "utf8");
    expect(methodology).toContain(`**${co2eGrams!.central.toPrecision(4)} g**`);
  });

  test("that used the same is nothing, to the last bound, with an operator's analysis too", () => {
    for (const [provider, model] of [
      ["openai", "gpt-5.5"],
      ["mistral_ai", "mistral-large-2407"],
    ] as const) {
      const used = { provider, model, requests: 7 };
      const { co2eGrams } = differencesOf({ ...september, ...used }, { ...october, ...used });
      expect(co2eGrams).toEqual({ low: 0, central: 0, high: 0, decided: false });
    }
  });

  test("of a move to another model is that of the two models, as compareModels has it", () => {
    const differences = differencesOf(
      { ...september, model: "gpt-5.5", requests: 20 },
      { ...october, model: "gpt-5.5-pro", requests: 20 },
    );
    const models = compareModels(
      { model: "gpt-5.5-pro", zone: "USA" },
      { model: "gpt-5.5", zone: "USA" },
      ANSWER,
    )!.differences;
    for (const criterion of ["co2eGrams", "waterLitres", "energyJoules", "abioticDepletionGramsSbEq"] as const) {
      for (const bound of ["low", "central", "high"] as const) {
        expect(differences[criterion]![bound] / 20, `${criterion} ${bound}`).toBeCloseTo(models[criterion]![bound], 9);
      }
      expect(differences[criterion]!.decided).toBe(models[criterion]!.decided);
    }
  });

  test("of a move to another place is that of the grids: 0.251 g a request from Germany to France, as worked out by hand", () => {
    const { co2eGrams, energyJoules } = differencesOf(
      { ...september, model: "gpt-4.1", zone: "DEU", requests: 10 },
      { ...october, model: "gpt-4.1", zone: "FRA", requests: 10 },
    );
    expect(co2eGrams!.central / 10).toBeCloseTo(-0.251, 3);
    expect(co2eGrams!.low / 10).toBeCloseTo(-0.4758, 4);
    expect(co2eGrams!.high / 10).toBeCloseTo(-0.01194, 5);
    expect(co2eGrams!.decided).toBe(true);
    expect(energyJoules).toMatchObject({ low: 0, central: 0, high: 0 });
  });

  test("is within what the two totals would allow, and has their difference in the centre", () => {
    const used = [
      { ...september, model: "gpt-5.5", requests: 12 },
      { ...september, model: "gpt-5-mini", requests: 30 },
      { ...september, model: "mistral-large-3", provider: "mistral_ai", zone: "FRA", requests: 9 },
      { ...october, model: "gpt-6-astra", requests: 12 },
      { ...october, model: "gpt-5-mini", requests: 25 },
      { ...october, model: "mistral-large-3", provider: "mistral_ai", zone: "FRA", requests: 11 },
    ];
    const difference = differencesOf(...used).co2eGrams!;
    const total = (month: string, bound: "low" | "central" | "high") =>
      used
        .filter((each) => each.month === month)
        .flatMap(recordsOf)
        .reduce((sum, { footprint }) => sum + footprint!.co2eGrams![bound], 0);
    expect(difference.central).toBeCloseTo(total("2026-10", "central") - total("2026-09", "central"), 9);
    expect(difference.low).toBeGreaterThan(total("2026-10", "low") - total("2026-09", "high"));
    expect(difference.high).toBeLessThan(total("2026-10", "high") - total("2026-09", "low"));
    expect(difference.low).toBeLessThanOrEqual(difference.central);
    expect(difference.high).toBeGreaterThanOrEqual(difference.central);
  });

  test("of requests of several sizes keeps to the figures of the records, and cancels the model", () => {
    const sizes = (used: { month: "2026-09" | "2026-10"; requests: number }) =>
      [20, 300, 9000].map((outputTokens) => ({
        ...used,
        model: "gpt-4.1",
        usage: { inputTokens: 50, outputTokens },
        team: `of ${outputTokens}`,
      }));
    const { co2eGrams } = differencesOf(...sizes({ ...september, requests: 4 }), ...sizes({ ...october, requests: 6 }));
    const grams = sizes({ ...october, requests: 2 })
      .flatMap(recordsOf)
      .map(({ footprint }) => footprint!.co2eGrams!);
    for (const bound of ["low", "central", "high"] as const) {
      expect(co2eGrams![bound]).toBeCloseTo(
        grams.reduce((sum, each) => sum + each[bound], 0),
        9,
      );
    }
  });

  test("has no range where one month knows nothing of a criterion", () => {
    const differences = differencesOf(
      { ...september, model: "mistral-large-2407", provider: "mistral_ai", zone: "FRA", requests: 2 },
      { ...october, model: "gpt-5.5", requests: 2 },
    );
    expect(Object.keys(differences)).toContain("co2eGrams");
    expect(differences.energyJoules).toBeUndefined();
  });
});

test("report --compare previous gives the difference, of the whole and of each line, to people and machines", async () => {
  const path = journalOf(
    { ...september, model: "gpt-4.1", requests: 3, team: "search" },
    { ...october, model: "gpt-4.1", requests: 6, team: "search" },
    { ...october, model: "gpt-5.5", requests: 1, team: "support" },
  );
  const report = ["report", "--journal", path, "--month", "2026-10", "--compare", "previous", "--group-by", "team"];
  const { output } = await commandLine([...report, "--json"]);
  const { comparison } = JSON.parse(output) as {
    comparison: {
      difference: Record<string, unknown>;
      lines: { group: unknown; difference: Record<string, unknown> }[];
    };
  };
  const grams = (requests: number, model: string, bound: "low" | "central" | "high") =>
    requests * recordsOf({ ...october, model, requests: 1 })[0]!.footprint!.co2eGrams![bound];
  const kilograms = comparison.difference["co2e_kg_central"] as number;
  expect(kilograms * 1000).toBeCloseTo(grams(3, "gpt-4.1", "central") + grams(1, "gpt-5.5", "central"), 9);
  expect(comparison.difference["co2e_decided"]).toBe("yes");
  expect(comparison.lines.map(({ group }) => group)).toEqual([{ team: "search" }]);
  expect((comparison.lines[0]!.difference["co2e_kg_high"] as number) * 1000).toBeCloseTo(
    grams(3, "gpt-4.1", "high"),
    9,
  );
  const text = (await commandLine(report)).output.replaceAll(/\s+/g, " ");
  expect(text).toMatch(
    /Since September 2026 Greenhouse gases \(CO2e\) \+\d[\d.]* g \(\+[\d.]+ mg to \+[\d.]+ g\), decided; Water/,
  );
  expect(text).toMatch(/\+100 %/);
  expect(text).toMatch(/\+1\.1 g \(\+[\d.]+ mg to \+2\.\d+ g\), decided/);
});
