import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

import { installedProject, type Project } from "../packed-package.ts";
import { PROJECTS, REQUIRING, WORKING } from "./application.ts";

const run = promisify(execFile);
const jest = createRequire(import.meta.url).resolve("jest/bin/jest");

let project: Project;
beforeAll(async () => {
  project = await installedProject(PROJECTS);
}, 120_000);
afterAll(() => project[Symbol.asyncDispose]());

test("in Jest's CommonJS runtime, the package works", async () => {
  // NestJS and many others run their tests so: without ES modules, and without looking into node_modules.
  const body = REQUIRING.replace(
    /run\(\)\.then.*\n$/,
    `test("an application", async () => { expect(await run()).toStrictEqual(${JSON.stringify(WORKING)}); });`,
  );
  const folder = join(project.folder, "commonjs");
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), "{}");
  await writeFile(join(folder, "application.test.js"), body);
  const parameters = [jest, "--rootDir", folder, "--colors=false", "--watchman=false"];
  const { stderr } = await run(process.execPath, parameters, { cwd: folder, timeout: 60_000 }).catch(
    (error: unknown) => error as { stderr: string },
  );
  expect(stderr).toContain("Tests:       1 passed, 1 total");
});
