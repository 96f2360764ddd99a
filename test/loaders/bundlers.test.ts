import { execFile, spawn } from "node:child_process";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import webpack, { type Configuration } from "webpack";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";

import { installedProject, ROOT, type Project } from "../packed-package.ts";
import { EXPORTING, IMPORTING, PROJECTS, WORKING } from "./application.ts";

const run = promisify(execFile);

let project: Project;
beforeAll(async () => {
  project = await installedProject();
  await project.write("application.mjs", IMPORTING);
}, 120_000);
afterAll(() => project[Symbol.asyncDispose]());

const pathOf = (name: string): string => join(project.folder, name);

/** Runs a bundle where nothing is installed. */
async function outputOf(folder: string): Promise<unknown> {
  const installed = pathOf("node_modules");
  const [entry] = (await readdir(pathOf(folder))).filter((name) => name.startsWith("application."));
  await run("mv", [installed, pathOf("hidden")]);
  try {
    const { stdout, stderr } = await run(process.execPath, [join(folder, entry!)], { cwd: project.folder });
    expect(stderr).toBe("");
    return JSON.parse(stdout);
  } finally {
    await run("mv", [pathOf("hidden"), installed]);
  }
}

test.for([
  { format: "cjs", extension: ".cjs" },
  { format: "esm", extension: ".mjs" },
] as const)("a bundle that esbuild makes as $format works", async ({ format, extension }) => {
  const { warnings } = await esbuild({
    entryPoints: [pathOf("application.mjs")],
    absWorkingDir: project.folder,
    bundle: true,
    platform: "node",
    format,
    outdir: `esbuild-${format}`,
    outExtension: { ".js": extension },
    logLevel: "silent",
  });
  expect(warnings).toStrictEqual([]);
  expect(await outputOf(`esbuild-${format}`)).toStrictEqual(WORKING);
});

test("a server bundle that Vite makes of everything works", async () => {
  await vite({
    root: project.folder,
    configFile: false,
    logLevel: "silent",
    build: { ssr: "application.mjs", outDir: "vite" },
    ssr: { noExternal: true },
  });
  expect(await outputOf("vite")).toStrictEqual(WORKING);
});

const webpackOutputs: readonly { readonly name: string; readonly configuration: Configuration }[] = [
  { name: "CommonJS", configuration: { output: { filename: "application.cjs" } } },
  {
    name: "an ES module",
    configuration: { experiments: { outputModule: true }, output: { module: true, filename: "application.mjs" } },
  },
];

test.for(webpackOutputs)("a bundle that webpack makes as $name works", async ({ configuration }) => {
  const compiler = webpack({
    mode: "production",
    target: "node22",
    context: project.folder,
    entry: "./application.mjs",
    ...configuration,
    output: { ...configuration.output, path: pathOf("webpack") },
  });
  const messages = await new Promise<unknown[]>((resolve, reject) => {
    compiler.run((error, stats) => {
      if (error || !stats) reject(error ?? new Error("webpack gave no result"));
      else resolve([...stats.compilation.errors, ...stats.compilation.warnings].map(String));
    });
  });
  expect(messages).toStrictEqual([]);
  expect(await outputOf("webpack")).toStrictEqual(WORKING);
  await rm(pathOf("webpack"), { recursive: true });
});

test("a Next.js application that bundles everything works, its live page included", { timeout: 180_000 }, async () => {
  await using site = await installedProject(PROJECTS);
  await mkdir(join(site.folder, "app/run"), { recursive: true });
  await site.write("app/layout.jsx", "export default ({ children }) => <html><body>{children}</body></html>;\n");
  await site.write("application.mjs", EXPORTING);
  await site.write(
    "app/run/route.js",
    `import { run } from "../../application.mjs";
    export const dynamic = "force-dynamic";
    export const GET = async () => Response.json(await run());`,
  );
  // Without one of its own, Next.js takes this repository's tsconfig.json.
  await site.write("jsconfig.json", "{}");
  await site.write("next.config.mjs", `export default { turbopack: { root: ${JSON.stringify(ROOT)} } };\n`);
  const next = join(PROJECTS, "../node_modules/next/dist/bin/next");
  const options = { cwd: site.folder, env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" } };
  await run(process.execPath, [next, "build"], options);
  const server = spawn(process.execPath, [next, "start", "--hostname", "127.0.0.1", "--port", "0"], options);
  onTestFinished(() => void server.kill());
  let address: string | undefined;
  for await (const line of createInterface({ input: server.stdout })) {
    address ??= /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (address !== undefined) break;
  }
  expect(await (await fetch(`${address!}/run`)).json()).toStrictEqual(WORKING);
});
