import { expect, test } from "vitest";

import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import { factorTable } from "../../src/factors/factor-table.ts";

const table = factorTable(defaultCatalogue());

test("the table in the documentation is the catalogue's (`vitest run test/factors -u` writes it)", async () => {
  await expect(table).toMatchFileSnapshot("../../docs/factors.md");
});

test("every factor stands in it once, with its source", () => {
  const rows = table.split("\n").filter((line) => line.startsWith("| `"));
  expect(rows).toHaveLength(defaultCatalogue().factors.length);
  for (const { id, version, source } of defaultCatalogue().factors) {
    const own = rows.filter((line) => line.startsWith(`| \`${id}@${version}\``));
    expect(own).toHaveLength(1);
    expect(own[0]).toContain(source.url);
  }
});
