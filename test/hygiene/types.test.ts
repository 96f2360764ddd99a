import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { expect, onTestFinished, test } from "vitest";

import { packedInto } from "../packed-package.ts";

test("attw finds no entry whose types are wrong, in any way of resolving them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "llm-footprint-attw-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const tarball = await readFile(await packedInto(folder));
  const analysis = await checkPackage(createPackageFromTarballData(tarball));
  expect("problems" in analysis ? analysis.problems : analysis.types).toStrictEqual([]);
});
