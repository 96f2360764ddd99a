import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { VERSION } from "../src/version.ts";
import { declarations } from "../tools/declarations.ts";
import { ENTRIES, exportsOf } from "../tools/entries.ts";
import { installedProject, manifest, ROOT, type Project } from "./packed-package.ts";

const run = promisify(execFile);

let project: Project;

beforeAll(async () => {
  project = await installedProject();
}, 120_000);

afterAll(() => project[Symbol.asyncDispose]());

async function runCode(code: string): Promise<unknown> {
  const options = { cwd: project.folder, timeout: 20_000 };
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code], options);
  return JSON.parse(stdout) as unknown;
}

test("the version that the meter reports is the package's", () => {
  expect(VERSION).toBe(manifest.version);
});

test("publint finds nothing in the packed package", async () => {
  const { messages, pkg } = await publint({ pkgDir: project.installed, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toStrictEqual([]);
});

test("the packed package holds what is built, what the README points to, and nothing else", async () => {
  const inside = await readdir(project.installed, { recursive: true });
  const tops = new Set(inside.map((path) => path.split("/")[0]!));
  const expected = [
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "deploy",
    "dist",
    "docs",
    "examples",
    "grafana",
    "package.json",
  ];
  expect([...tops].sort()).toStrictEqual(expected);
  expect(inside.filter((path) => /^dist\/.*\.c?ts$/.test(path) && !/\.d\.c?ts$/.test(path))).toStrictEqual([]);
  expect(inside.filter((path) => /^dist\/(?:.*\/)?(?:test\/|node_modules|\.env)/.test(path))).toStrictEqual([]);
});

test("no link in the packed Markdown leads to a file that is not packed", async () => {
  const inside = await readdir(project.installed, { recursive: true });
  const broken = await Promise.all(
    inside
      .filter((path) => path.endsWith(".md"))
      .map(async (path) => {
        const text = (await readFile(join(project.installed, path), "utf8")).replaceAll(/```[^]*?```|`[^`\n]+`/g, "");
        const targets = Array.from(text.matchAll(/\]\((?![a-z]+:|#)([^)\s#]+)/g), ([, target]) => target!);
        const missing = targets.filter((target) => !inside.includes(join(path, "..", target).replace(/\/$/, "")));
        return missing.map((target) => `${path}: ${target}`);
      }),
  );
  expect(broken.flat()).toStrictEqual([]);
});

test("nothing that is built imports a TypeScript source", async () => {
  const inside = await readdir(join(project.installed, "dist"), { recursive: true });
  const built = inside.filter((path) => /\.c?js$/.test(path));
  const texts = await Promise.all(built.map((path) => readFile(join(project.installed, "dist", path), "utf8")));
  expect(built.filter((_, at) => /\b(?:import\(|from |require\()"\.[^"]*\.ts"/.test(texts[at]!))).toStrictEqual([]);
});

test("package.json exports every entry file of src to Node, bundlers, CommonJS and each way of resolving types", () => {
  const subpaths = ENTRIES.map((entry) => [entry === "index" ? "." : `./${entry}`, exportsOf(entry)]);
  expect(manifest.exports).toStrictEqual({ ...Object.fromEntries(subpaths), "./package.json": "./package.json" });
  const others = ENTRIES.filter((entry) => entry !== "index");
  expect(manifest.typesVersions).toStrictEqual({
    "*": Object.fromEntries(others.map((entry) => [entry, [`./dist/commonjs/${entry}.d.cts`]])),
  });
});

test("the public types are those in api/, which `npm run generate` writes", async () => {
  const written = await readdir(join(ROOT, "api"));
  const texts = await Promise.all(written.map((name) => readFile(join(ROOT, "api", name), "utf8")));
  expect(new Map(written.map((name, at) => [name, texts[at]]))).toStrictEqual(await declarations("d.ts"));
});

test("typed code that uses it compiles in the strictest setting", async () => {
  await project.link(["openai", "@mistralai/mistralai", "prom-client", "redis", "zod", "@types", "@opentelemetry"]);
  await project.write(
    "app.ts",
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
  await project.write(
    "tsconfig.json",
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
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const { stdout } = await run(process.execPath, [tsc, "-p", project.folder]).catch(
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

test("importing the package needs no SDK and leaves prom-client's own registry empty", async () => {
  await project.link(["prom-client"]);
  const metrics = await runCode(`
    import { register } from "prom-client";
    import { createMeter } from "llm-footprint";
    createMeter();
    console.log(JSON.stringify(register.getMetricsAsArray().length));
  `);
  expect(metrics).toBe(0);
});

test("the packed package meters a request", async () => {
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
