import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const DOCS = join(import.meta.dirname, "../../../docs");

/** A code block of a page. */
export interface Snippet {
  /** The page and which of its blocks, such as `providers/openai#1`. */
  readonly name: string;
  readonly text: string;
}

/** Pages whose packages stand in test/frameworks; those of all others stand in test/sdks. */
const OF_FRAMEWORKS: ReadonlySet<string> = new Set(
  ["fastify", "hono", "llamaindex", "mastra", "nestjs", "openai-agents"].map((name) => `frameworks/${name}`),
);

const all = ["frameworks", "providers"].flatMap((folder) =>
  readdirSync(join(DOCS, folder)).flatMap((file) => {
    const page = `${folder}/${file.replace(/\.md$/, "")}`;
    const blocks = readFileSync(join(DOCS, folder, file), "utf8").matchAll(/^```ts\n([^]*?)^```$/gm);
    return Array.from(blocks, ([, text], at) => ({ page, name: `${page}#${at + 1}`, text: text! }));
  }),
);

/** The snippets of docs/frameworks and docs/providers whose packages a folder of `test` has. */
export const snippetsOf = (folder: "frameworks" | "sdks"): readonly Snippet[] =>
  all.filter(({ page }) => OF_FRAMEWORKS.has(page) === (folder === "frameworks"));
