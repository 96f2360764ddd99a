import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load as parseYaml } from "js-yaml";
import ts from "typescript";
import { expect, test } from "vitest";

import { commandLineProgram } from "../../src/cli/run.ts";
import { publicNames } from "../../tools/public-api.ts";

const ROOT = join(import.meta.dirname, "../..");
const GENERATED = /^docs\/(?:reference\/|factors\.md$)/;
const files = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "docs", "README.md", "grafana"],
  {
    cwd: ROOT,
    encoding: "utf8",
  },
)
  .trim()
  .split("\n")
  .filter((file) => file.endsWith(".md") && !GENERATED.test(file));

interface Block {
  /** Where it stands, such as `docs/start.md:12`. */
  readonly place: string;
  readonly language: string;
  readonly text: string;
}

const blocks: readonly Block[] = files.flatMap((file) => {
  const content = readFileSync(join(ROOT, file), "utf8");
  return Array.from(content.matchAll(/^```(\w+)\n([^]*?)^```/gm), ({ index, 1: language, 2: text }) => ({
    place: `${file}:${content.slice(0, index).split("\n").length}`,
    language: language!,
    text: text!,
  }));
});
const written = (language: string): readonly Block[] => blocks.filter((block) => block.language === language);

const api = publicNames();
/** The examples of the public names, each with the names that it uses of the package. */
const examples: readonly Block[] = api.flatMap(({ name, example, members }) =>
  [
    { name, example },
    ...members.map((member) => ({ name: `${name}.${member.name}`, example: member.example })),
  ].flatMap(({ name: place, example: text }) =>
    text === undefined ? [] : [{ place, language: "ts", text: withImports(text) }],
  ),
);

function withImports(text: string): string {
  if (text.includes('from "llm-footprint')) return text;
  const used = api.filter(({ name, entries }) => entries.length > 0 && new RegExp(`\\b${name}\\b`).test(text));
  return [...used.map(({ name, entries }) => `import { ${name} } from "${entries[0]}";`), text].join("\n");
}

/** What a fragment may take for granted. */
const AMBIENT = `
import type * as footprint from "llm-footprint";
declare global {
  const createMeter: typeof footprint.createMeter;
  const meterPrimary: typeof footprint.meterPrimary;
  const meterWorker: typeof footprint.meterWorker;
  const BudgetExceededError: typeof footprint.BudgetExceededError;
  type BudgetExceededError = footprint.BudgetExceededError;
  const meter: footprint.Meter;
  const record: footprint.RequestRecord;
  const budgets: string;
  const options: object;
  const url: string;
  const server: import("node:http").Server;
  const cluster: typeof import("node:cluster").default;
  const openai: import("openai").default;
  const OpenAI: typeof import("openai").default;
  const createClient: typeof import("redis").createClient;
  const writeFileSync: typeof import("node:fs").writeFileSync;
  const records: footprint.RequestRecord[];
  const model: any;
  const wrapLanguageModel: any;
  const ourBudgetStore: any;
  const app: import("express").Express;
  const meterProvider: import("@opentelemetry/api").MeterProvider;
  const Registry: typeof import("prom-client").Registry;
  const Pushgateway: typeof import("prom-client").Pushgateway;
  function call(): Promise<unknown>;
}
`;

test("every TypeScript block of the documentation and every example of the public API compiles", () => {
  const compiled = [...written("ts"), ...examples];
  const folder = join(ROOT, "test/docs/.blocks");
  const sources = new Map([
    [join(folder, "ambient.d.ts"), AMBIENT],
    ...compiled.map(({ text }, index): [string, string] => [
      join(folder, `block-${index}.ts`),
      // A module of its own, so that blocks do not see each other.
      /^(?:import|export) /m.test(text) ? text : `${text}\nexport {};\n`,
    ]),
  ]);
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), (path) => readFileSync(path, "utf8")) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const host = ts.createCompilerHost(options);
  const own = { ...host };
  host.fileExists = (path) => sources.has(path) || own.fileExists(path);
  host.readFile = (path) => sources.get(path) ?? own.readFile(path);
  host.getSourceFile = (path, version) => {
    const text = sources.get(path);
    return text === undefined ? own.getSourceFile(path, version) : ts.createSourceFile(path, text, version, true);
  };
  const asInAFragment = {
    noUnusedLocals: false,
    noUnusedParameters: false,
    // What comes from a package that is not installed here is of any type.
    noImplicitAny: false,
    exactOptionalPropertyTypes: false,
    experimentalDecorators: true,
  };
  const program = ts.createProgram({ rootNames: [...sources.keys()], options: { ...options, ...asInAFragment }, host });
  const problems = ts.getPreEmitDiagnostics(program).flatMap(({ file, code, messageText, start = 0 }) => {
    const index = /block-(\d+)\.ts$/.exec(file?.fileName ?? "")?.[1];
    if (index === undefined || !file) return [];
    const text = ts.flattenDiagnosticMessageText(messageText, "\n");
    // SDKs that the root does not install are in folders of their own.
    if (code === 2307 && !text.includes("llm-footprint")) return [];
    return [`${compiled[Number(index)]!.place} +${file.getLineAndCharacterOfPosition(start).line}: ${text}`];
  });
  expect(problems).toStrictEqual([]);
}, 120_000);

test("every llm-footprint command of the documentation has a command and options that exist", () => {
  const program = commandLineProgram(() => undefined);
  const problems = written("sh").flatMap(({ place, text }) =>
    text
      .replaceAll("\\\n", " ")
      .split("\n")
      .flatMap((line) => {
        const [, rest] = /^(?:npx )?llm-footprint ([^#|>]+)/.exec(line.trim()) ?? [];
        if (rest === undefined) return [];
        const [name = "", ...words] = rest.trim().split(/\s+/);
        const command = program.commands.find((each) => each.name() === name);
        if (!command) return name === "completion" ? [] : [`${place}: there is not a command ${name}`];
        const known = command.options.map(({ long }) => long);
        return words
          .filter((word) => word.startsWith("--") && !known.includes(word.split("=")[0]))
          .map((word) => `${place}: ${name} does not take ${word}`);
      }),
  );
  expect(problems).toStrictEqual([]);
});

test("every YAML block of the documentation is YAML", () => {
  for (const { place, text } of written("yaml")) expect(() => parseYaml(text), place).not.toThrow();
});
