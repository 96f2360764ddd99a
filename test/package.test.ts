import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { VERSION } from "../src/version.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "..");
const MODULES = join(ROOT, "node_modules");

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly bin?: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as Manifest;
let folder: string;
/** An empty project with the package and what it depends on, and no SDK. */
let project: string;

beforeAll(async () => {
  await buildWhereStale();
  folder = await mkdtemp(join(tmpdir(), "llm-footprint-"));
  project = join(folder, "project");
  const installed = join(project, "node_modules", manifest.name);
  await mkdir(installed, { recursive: true });
  const packing = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const { stdout } = await run("npm", packing, { cwd: ROOT });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  await run("tar", ["-xzf", join(folder, filename), "--strip-components=1", "-C", installed]);
  await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await link(...Object.keys(manifest.dependencies));
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** As installing would do, without a registry. */
async function link(...packages: readonly string[]): Promise<void> {
  for (const name of packages) {
    const place = join(project, "node_modules", name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(join(MODULES, name), place).catch((error: unknown) => {
      if ((error as { code?: string }).code !== "EEXIST") throw error;
    });
  }
}

/** `npm test` builds before it tests; who runs the tests alone may have changed the sources since. */
async function buildWhereStale(): Promise<void> {
  const built = await stat(join(ROOT, "dist", "index.js")).catch(() => undefined);
  const sources = await readdir(join(ROOT, "src"), { recursive: true });
  const changed = await Promise.all(sources.map(async (path) => (await stat(join(ROOT, "src", path))).mtimeMs));
  if (!built || built.mtimeMs < Math.max(...changed)) await run("npm", ["run", "build"], { cwd: ROOT });
}

async function runCode(code: string): Promise<unknown> {
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code], {
    cwd: project,
    timeout: 20_000,
  });
  return JSON.parse(stdout) as unknown;
}

test("the version that the meter tells is the package's", () => {
  expect(VERSION).toBe(manifest.version);
});

test("publint finds nothing in it", async () => {
  const { messages, pkg } = await publint({ pkgDir: join(project, "node_modules", manifest.name), strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toStrictEqual([]);
});

test("it holds what is built, what the README points to, and nothing else", async () => {
  const inside = await readdir(join(project, "node_modules", manifest.name), { recursive: true });
  const tops = new Set(inside.map((path) => path.split("/")[0]!));
  const expected = ["CHANGELOG.md", "LICENSE", "README.md", "dist", "docs", "examples", "grafana", "package.json"];
  expect([...tops].sort()).toStrictEqual(expected);
  expect(inside.filter((path) => /^dist\/.*\.ts$/.test(path) && !path.endsWith(".d.ts"))).toStrictEqual([]);
  expect(inside.filter((path) => /^dist\/(?:.*\/)?(?:test|node_modules|\.env)/.test(path))).toStrictEqual([]);
});

test("typed code that uses it compiles in the strictest setting", async () => {
  await link("openai", "@mistralai/mistralai", "prom-client", "redis", "zod", "@types", "@opentelemetry");
  await writeFile(
    join(project, "app.ts"),
    `
    import { Mistral } from "@mistralai/mistralai";
    import { createMeter, BudgetExceededError, type Meter, type RequestRecord } from "llm-footprint";
    import { redisBudgetStore } from "llm-footprint/redis";
    import OpenAI, { AzureOpenAI } from "openai";
    import { Registry } from "prom-client";

    const meter: Meter = createMeter({
      registry: new Registry(),
      labels: ["team"],
      zone: "FRA",
      budgets: [{ name: "search", criterion: "co2eGrams", limit: "50 kg", window: "month", mode: "refuse" }],
    });
    export const openai: OpenAI = meter.wrap(new OpenAI({ apiKey: "a" }), { labels: { team: "search" } });
    export const azure: AzureOpenAI = meter.wrap(new AzureOpenAI({ apiKey: "a", apiVersion: "b", endpoint: "c" }));
    export const mistral: Mistral = meter.wrap(new Mistral({ apiKey: "a" }));
    export const custom = new OpenAI({ apiKey: "a", fetch: meter.fetch() });
    export const off: () => void = meter.on("request", (record: RequestRecord) => record.footprint?.co2eGrams?.central);
    export const refused = (error: unknown): boolean => error instanceof BudgetExceededError && error.limit > 0;
    export const store = redisBudgetStore;
    export async function run(): Promise<number> {
      const { result, footprint } = await meter.measure(async () => 7);
      const low: number | undefined = footprint?.waterLitres?.low;
      return meter.withLabels({ team: "a" }, () => result + (low ?? 0));
    }
    // @ts-expect-error there is no such option
    createMeter({ label: ["team"] });
    `,
  );
  await writeFile(
    join(project, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        module: "NodeNext",
        target: "ES2023",
        types: ["node"],
        noEmit: true,
        skipLibCheck: true,
      },
      files: ["app.ts"],
    }),
  );
  const tsc = join(MODULES, "typescript", "bin", "tsc");
  const { stdout } = await run(process.execPath, [tsc, "-p", project]).catch(
    (error: unknown) => error as { stdout: string },
  );
  expect(stdout).toBe("");
}, 60_000);

const entries = Object.keys(manifest.exports).filter((path) => !path.endsWith("package.json"));
const specifierOf = (entry: string): string => manifest.name + entry.slice(1);

describe.for(entries)("importing %s", (entry) => {
  test("does nothing: no network, no timer, no handle, no change to globals", async () => {
    const seen = await runCode(`
      import dgram from "node:dgram";
      import dns from "node:dns";
      import net from "node:net";
      const calls = [];
      const note = (holder, name) => { holder[name] = () => { calls.push(name); throw new Error(name); }; };
      note(net.Socket.prototype, "connect");
      note(dns, "lookup");
      note(dgram.Socket.prototype, "send");
      note(globalThis, "fetch");
      note(globalThis, "setInterval");
      note(globalThis, "setTimeout");
      const globalsBefore = Reflect.ownKeys(globalThis).length;
      const listenersBefore = process.eventNames().length;
      const { fetch } = globalThis;
      await import(${JSON.stringify(specifierOf(entry))});
      console.log(JSON.stringify({
        calls,
        resources: process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY|FSReq|CloseReq/.test(name)),
        globals: Reflect.ownKeys(globalThis).length - globalsBefore,
        listeners: process.eventNames().length - listenersBefore,
        sameFetch: fetch === globalThis.fetch,
      }));
    `);
    expect(seen).toStrictEqual({ calls: [], resources: [], globals: 0, listeners: 0, sameFetch: true });
  });
});

test("importing it needs no SDK and leaves prom-client's own registry empty", async () => {
  await link("prom-client");
  const metrics = await runCode(`
    import { register } from "prom-client";
    import { createMeter } from "llm-footprint";
    createMeter();
    console.log(JSON.stringify(register.getMetricsAsArray().length));
  `);
  expect(metrics).toBe(0);
});

test("it runs", async () => {
  const seen = await runCode(`
    import { createMeter } from "llm-footprint";
    const meter = createMeter();
    const fetch = meter.fetch({ fetch: async () => Response.json({
      model: "mistral-large-2407",
      usage: { prompt_tokens: 100, completion_tokens: 400, total_tokens: 500 },
    }) });
    const { footprint } = await meter.measure(async () => {
      const answer = await fetch("https://api.mistral.ai/v1/chat/completions", { method: "POST", body: "{}" });
      await answer.json();
    });
    await meter.close();
    console.log(JSON.stringify([footprint.co2eGrams.central, footprint.waterLitres.central]));
  `);
  expect(seen).toStrictEqual([1.14, 0.045]);
});
