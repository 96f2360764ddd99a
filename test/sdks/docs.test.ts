import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/** The code blocks of a page. */
const snippetsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^```ts\n([^]*?)^```$/gm)].map((match) => match[1]!);

/** Frameworks that are not installed here: as much of their shapes as the pages use. */
const SHAPES = `
declare module "@llamaindex/openai" { export class OpenAI { constructor(options: { model: string; session: object }); } }
declare module "@openai/agents" {
  export class Agent { constructor(options: { name: string; instructions: string }); }
  export function run(agent: Agent, input: string): Promise<{ finalOutput?: string }>;
  export function setDefaultOpenAIClient(client: import("openai").OpenAI): void;
}
declare module "@mastra/core/agent" { export class Agent { constructor(options: { name: string; instructions: string; model: object }); } }
declare module "@nestjs/common" {
  export function Controller(): ClassDecorator;
  export function Get(path: string): MethodDecorator;
  export function Res(): ParameterDecorator;
}
declare module "fastify" {
  interface Reply { type(name: string): Reply; send(text: string): Reply }
  interface App { get(path: string, handler: (request: unknown, reply: Reply) => unknown): App; addHook(name: "onClose", hook: () => unknown): App }
  export default function Fastify(): App;
}
declare module "hono" { export class Hono { get(path: string, handler: (context: { req: { raw: Request } }) => unknown): Hono } }
`;

const folders = ["docs/frameworks", "docs/providers"];
const pages = (
  await Promise.all(
    folders.map(async (folder) => (await readdir(join(ROOT, folder))).map((name) => `${folder}/${name}`)),
  )
).flat();

test("every snippet of docs/frameworks and docs/providers type-checks", async () => {
  const files = new Map([[join(import.meta.dirname, "shapes.d.ts"), SHAPES]]);
  for (const page of pages) {
    const snippets = snippetsOf(await readFile(join(ROOT, page), "utf8"));
    snippets.forEach((text, at) =>
      files.set(join(import.meta.dirname, `${page.replaceAll("/", "-")}-${at}.ts`), `${text}\nexport {};\n`),
    );
  }
  expect(files.size).toBeGreaterThan(pages.length - 2);
  const { config } = ts.readConfigFile(join(import.meta.dirname, "tsconfig.json"), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, import.meta.dirname);
  const settings = {
    ...options,
    noEmit: true,
    experimentalDecorators: true,
    noUnusedLocals: false,
    erasableSyntaxOnly: false,
  };
  const host = ts.createCompilerHost(settings);
  const plain = ts.createCompilerHost(settings);
  host.fileExists = (name) => files.has(name) || plain.fileExists(name);
  host.getSourceFile = (name, ...rest) => {
    const text = files.get(name);
    return text === undefined
      ? plain.getSourceFile(name, ...rest)
      : ts.createSourceFile(name, text, ts.ScriptTarget.ES2023);
  };
  const program = ts.createProgram([...files.keys()], settings, host);
  const problems = ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) =>
        `${file?.fileName.split("/").at(-1)}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
  expect(problems).toStrictEqual([]);
}, 120_000);
