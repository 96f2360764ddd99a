import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

import { startLocalProvider, type LocalProvider } from "../../examples/local-provider/local-provider.ts";

const ROOT = join(import.meta.dirname, "../..");

let provider: LocalProvider;
let folder: string;
beforeAll(async () => {
  provider = await startLocalProvider();
  // Beside the SDKs, which are found from there.
  folder = await mkdtemp(join(import.meta.dirname, ".snippets-"));
});
afterAll(async () => {
  await provider.close();
  await rm(folder, { recursive: true });
});

/** What an application would do with what a snippet exports. */
const CALLS: Readonly<Record<string, string>> = {
  "providers/azure": "export const seen = [openai, inference];",
  "frameworks/lambda": 'await handler({ prompt: "Why is the sky blue?" });',
  "frameworks/nextjs":
    'if (!(await (await GET(new Request("http://localhost/metrics"))).text()).includes("llm_footprint_")) throw new Error("no metrics");',
};

/** The first snippet of a page, and how many requests it makes. Others need sockets, HTTP/2, or a framework of its own. */
const RUN: readonly (readonly [page: string, requests: number])[] = [
  ["providers/anthropic", 1],
  ["providers/azure", 0],
  ["providers/cohere", 1],
  ["providers/gemini", 1],
  ["providers/groq", 1],
  ["providers/mistral", 0],
  ["providers/ollama", 1],
  ["providers/openai", 1],
  ["providers/openrouter", 1],
  ["providers/together", 1],
  ["providers/vllm-llama-cpp", 0],
  ["frameworks/ai-sdk", 1],
  ["frameworks/lambda", 1],
  ["frameworks/langchain", 1],
  ["frameworks/nextjs", 0],
];

test.for(RUN)("the snippet of docs/%s.md runs, ends, and has made %i requests", async ([page, requests]) => {
  const markdown = await readFile(join(ROOT, `docs/${page}.md`), "utf8");
  const [, snippet] = /^```ts\n([^]*?)^```$/m.exec(markdown)!;
  const file = join(folder, `${page.replace("/", "-")}.ts`);
  const ending = `console.error(JSON.stringify(meter.totals().overall.requests));`;
  await writeFile(file, `${snippet}\n${CALLS[page] ?? ""}\n${ending}\n`);
  const { stderr } = await promisify(execFile)(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--import", join(import.meta.dirname, "snippet-world.ts"), file],
    {
      timeout: 30_000,
      env: {
        ...process.env,
        LOCAL_PROVIDER: provider.url,
        OPENAI_API_KEY: "a key",
        ANTHROPIC_API_KEY: "a key",
        AZURE_OPENAI_API_KEY: "a key",
        AZURE_OPENAI_ENDPOINT: "https://example.openai.azure.com",
      },
    },
  );
  expect(stderr.trimEnd().split("\n").at(-1)).toBe(JSON.stringify({ completed: requests, abandoned: 0, failed: 0 }));
});
