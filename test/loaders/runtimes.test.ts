import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { installedProject, manifest, type Project } from "../packed-package.ts";
import { binary, IMPORTING, REQUIRING, WORKING } from "./application.ts";

const run = promisify(execFile);

let project: Project;
beforeAll(async () => {
  project = await installedProject();
  await project.write("importing.mjs", IMPORTING);
  await project.write("requiring.cjs", REQUIRING);
  await project.write(
    "both.cjs",
    `const required = require("llm-footprint");
    import("llm-footprint").then(({ createMeter }) => console.log(required.createMeter === createMeter));`,
  );
}, 120_000);
afterAll(() => project[Symbol.asyncDispose]());

async function outputOf(command: string, ...parameters: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(command, parameters, { cwd: project.folder, timeout: 30_000 });
  expect(stderr).toBe("");
  return stdout.trim();
}

const nodeOf = (version: string): string =>
  binary(`node-${version}-linux-x64/bin/node`, `node-${version}-linux-arm64/bin/node`);

const NODES = [
  { name: "the oldest Node of engines", node: nodeOf("22-13") },
  { name: "the newest Node 22", node: nodeOf("22") },
  { name: "Node 26", node: nodeOf("26") },
];

describe.for(NODES)("on $name, the package", ({ node }) => {
  test("works when imported", async () => {
    expect(JSON.parse(await outputOf(node, "importing.mjs"))).toStrictEqual(WORKING);
  });

  test("works when required", async () => {
    expect(JSON.parse(await outputOf(node, "requiring.cjs"))).toStrictEqual(WORKING);
  });

  test("is one and the same, imported and required", async () => {
    expect(await outputOf(node, "both.cjs")).toBe("true");
  });
});

test("engines of package.json is the oldest Node that is tried", async () => {
  expect(`>=${(await outputOf(NODES[0]!.node, "--version")).slice(1)}`).toBe(
    (manifest as unknown as { engines: { node: string } }).engines.node,
  );
});

const bun = binary("@oven/bun-linux-x64-baseline/bin/bun", "@oven/bun-linux-aarch64/bin/bun");
const deno = binary("@deno/linux-x64-glibc/deno", "@deno/linux-arm64-glibc/deno");

const FILES = ["importing.mjs", "requiring.cjs"];

test.for(FILES)("in Bun, the package works: %s", async (file) => {
  expect(JSON.parse(await outputOf(bun, file))).toStrictEqual(WORKING);
});

test.for(FILES)("in Deno, the package works: %s", async (file) => {
  const output = await outputOf(deno, "run", "--allow-all", "--quiet", join(project.folder, file));
  expect(JSON.parse(output)).toStrictEqual(WORKING);
});
