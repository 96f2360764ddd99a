import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { requestsOf } from "./run-snippet.ts";
import { startSnippetProviders, type SnippetProviders } from "./snippet-providers.ts";
import { typeErrorsOf } from "./snippet-types.ts";
import { snippetsOf } from "./snippets.ts";

/** How many requests each snippet makes, with what an application would do with what it declares. */
export type Runs = Readonly<Record<string, readonly [requests: number, use?: string]>>;

/** Checks and runs the snippets whose packages a folder of `test` has. */
export function testSnippets(name: "frameworks" | "sdks", runs: Runs): void {
  const snippets = snippetsOf(name);
  const folder = join(import.meta.dirname, "../..", name);
  let providers: SnippetProviders;
  beforeAll(async () => {
    providers = await startSnippetProviders();
  });
  afterAll(() => providers.close());

  test("every snippet type-checks", () => {
    expect(typeErrorsOf(snippets, folder)).toStrictEqual([]);
  }, 200_000);

  test("every snippet is run", () => {
    expect(snippets.map((snippet) => snippet.name).sort()).toStrictEqual(Object.keys(runs).sort());
  });

  test.for(snippets)("the snippet $name of docs runs, ends, and its meter counts its requests", async (snippet) => {
    const [completed, use = ""] = runs[snippet.name]!;
    expect(await requestsOf(snippet, use, providers, folder)).toStrictEqual({ completed, abandoned: 0, failed: 0 });
  });
}
