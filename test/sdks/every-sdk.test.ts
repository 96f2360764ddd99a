import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { loadSdk } from "./load-sdk.ts";

const manifest = JSON.parse(await readFile(join(import.meta.dirname, "package.json"), "utf8")) as {
  readonly devDependencies: Readonly<Record<string, string>>;
};

/** Packages whose root exports nothing. */
const ENTRIES: Readonly<Record<string, string>> = { "@langchain/core": "@langchain/core/language_models/chat_models" };

test.for(Object.keys(manifest.devDependencies))("%s can be imported beside the product", async (name) => {
  expect(Object.keys((await loadSdk(ENTRIES[name] ?? name)) as object)).not.toStrictEqual([]);
});
