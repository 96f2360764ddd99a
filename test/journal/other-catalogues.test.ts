import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";

import type { CatalogueSnapshot } from "../../src/factors/catalogue-snapshot.ts";
import { createCatalogue, defaultCatalogue } from "../../src/factors/catalogue.ts";
import { openJournalReader } from "../../src/journal/reading.ts";
import { createMeter } from "../../src/meter/create-meter.ts";
import { readRestatedEntries } from "../../src/report/restatement.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const always = { from: new Date(0), to: new Date("2200-01-01") };

/** A release as it was frozen. */
const frozen = (version: string): CatalogueSnapshot => {
  const file = join(import.meta.dirname, `../../docs/catalogues/${version}.json.gz`);
  return JSON.parse(gunzipSync(readFileSync(file)).toString()) as CatalogueSnapshot;
};

/** Grams of 400 output tokens of each: by 1.0.0, by 2.0.0, and by the present release. */
const ANSWERS = [
  ["openai", "gpt-4o-mini", 0.31, 0.0117, 0.0117],
  ["openai", "o4-mini", 1.7, 0.438, 0.438],
  ["openai", "gpt-5.5-pro", 51.4, 71.4, 71.4],
  ["anthropic", "claude-opus-4-7", 0.827, 0.799, 0.799],
  ["mistral_ai", "mistral-large-2407", 1.14, 1.14, 1.14],
  ["mistral_ai", "mistral-small-latest", 0.219, 0.0649, 0.0649],
  ["mistral_ai", "devstral-2-123b", 0.0409, 0.0466, 1.16],
] as const;

test.each([
  ["1.0.0", 2],
  ["2.0.0", 3],
] as const)(
  "a journal written with catalogue %s is restated with the present one, by so much",
  async (version, column) => {
    const journal = join(temporaryFolder(), "footprint.db");
    const meter = createMeter({ catalogue: createCatalogue({ base: frozen(version) }), journal });
    for (const [provider, model] of ANSWERS) {
      meter.record({ provider, model, operation: "chat", usage: { outputTokens: 400 } });
    }
    await meter.close();
    using reader = openJournalReader(journal);
    const written = reader.sums(always);
    const restated = readRestatedEntries(reader, always, 3600, { catalogue: defaultCatalogue() });
    const rounded = (grams: number | undefined) => Number(grams!.toPrecision(3));
    const found = written.map(({ requestedModel, footprint }, index) => [
      requestedModel,
      rounded(footprint!.co2eGrams!.central),
      rounded(restated[index]!.impacts.co2eGrams!.central),
      restated[index]!.provenance.restatedFrom.length,
    ]);
    const expected = ANSWERS.map((answer) => [answer[1], answer[column], answer[4], 1]);
    expect(found.toSorted()).toStrictEqual(expected.toSorted());
  },
);
