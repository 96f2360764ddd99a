import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";

import type { SnippetProviders } from "./snippet-providers.ts";
import type { Snippet } from "./snippets.ts";

const KEYS = {
  ANTHROPIC_API_KEY: "a key",
  AWS_ACCESS_KEY_ID: "a key",
  AWS_SECRET_ACCESS_KEY: "a key",
  AZURE_OPENAI_API_KEY: "a key",
  AZURE_OPENAI_ENDPOINT: "https://example.openai.azure.com",
  OPENAI_AGENTS_DISABLE_TRACING: "1",
  OPENAI_API_KEY: "a key",
};

/**
 * Runs a snippet as a program in a folder that has its packages.
 *
 * @param use what an application does with what the snippet declares
 * @returns the requests that its meter has counted, by outcome
 */
export async function requestsOf(
  { text }: Snippet,
  use: string,
  providers: SnippetProviders,
  folder: string,
): Promise<unknown> {
  const home = await mkdtemp(join(folder, ".snippet-"));
  const counted = `const { requests: counted } = meter.totals().overall; console.error(JSON.stringify(counted));`;
  const { outputText } = ts.transpileModule(`${text}\n${use}\nawait meter.flush();\n${counted}\n`, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
  });
  try {
    await writeFile(join(home, "snippet.mjs"), outputText);
    const world = join(import.meta.dirname, "snippet-world.ts");
    const { stderr } = await promisify(execFile)(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", "--import", world, "snippet.mjs"],
      { cwd: home, timeout: 50_000, env: { ...process.env, ...KEYS, ...providers.environment } },
    );
    return JSON.parse(stderr.split("\n").findLast((line) => line.startsWith("{"))!) as unknown;
  } finally {
    await rm(home, { recursive: true });
  }
}
