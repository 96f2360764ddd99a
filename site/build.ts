/** `npm run docs`: gathers the repository's pages, and builds the site of them into `site/dist`. Needs no network. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";

import { calculatorPage } from "../src/calculator/document.ts";

const ROOT = join(import.meta.dirname, "..");
const PAGES = join(import.meta.dirname, "pages");
const REPOSITORY = "https://github.com/llm-footprint/llm-footprint/blob/main";

/** Where each page of the repository stands in the site. */
const pages = new Map<string, string>([
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path): [string, string] => [`docs/${path}`, `docs/${path}`.replace(/README\.md$/, "index.md")]),
  ["docs/index.md", "index.md"],
  ["grafana/README.md", "grafana/index.md"],
  ["grafana/runbook.md", "grafana/runbook.md"],
  ["CHANGELOG.md", "changelog.md"],
]);

/** Links between pages of the site stay links; what is not part of it is read in the repository. */
function relinked(text: string, from: string, place: string): string {
  return outsideCode(text, (part) =>
    part.replaceAll(/\]\((?![a-z]+:|#)([^)\s#]*)(#[^)\s]*)?\)/g, (_link, target: string, anchor = "") => {
      const file = normalize(join(dirname(from), target)).replace(/\/$/, "");
      const page = pages.get(file) ?? pages.get(`${file}/README.md`);
      if (page !== undefined) return `](${relative(dirname(place), page) || "index.md"}${anchor})`;
      if (/\.(?:png|svg)$/.test(file)) return `](${relative(dirname(place), file)})`;
      return `](${REPOSITORY}/${file}${anchor})`;
    }),
  );
}

/** What looks like a tag of Vue's, or like a placeholder, is text. */
const asText = (text: string): string =>
  outsideCode(text, (part) => part.replaceAll("{{", "&#123;&#123;").replaceAll(/<(?=[^!a-z/])/gi, "&lt;"));

/** Changes what is neither a block nor a span of code. */
const outsideCode = (text: string, change: (part: string) => string): string =>
  text
    .split(/(^ *```[^]*?^ *```|`[^`\n]+`)/gm)
    .map((part, index) =>
      index % 2 === 0
        ? change(part)
        : part.includes("{{") && !part.startsWith("```")
          ? `<code v-pre>${part.slice(1, -1).replaceAll("<", "&lt;")}</code>`
          : part,
    )
    .join("");

rmSync(PAGES, { recursive: true, force: true });
for (const [from, place] of pages) {
  if (!existsSync(join(ROOT, from))) throw new Error(`${from} does not exist; correct site/build.ts.`);
  mkdirSync(dirname(join(PAGES, place)), { recursive: true });
  const text = readFileSync(join(ROOT, from), "utf8");
  writeFileSync(join(PAGES, place), asText(relinked(text, from, place)));
}
cpSync(join(ROOT, "docs/pictures"), join(PAGES, "docs/pictures"), { recursive: true });
mkdirSync(join(PAGES, "public"), { recursive: true });
writeFileSync(join(PAGES, "public/calculator.html"), (await calculatorPage()).html);
execFileSync(join(import.meta.dirname, "node_modules/.bin/vitepress"), ["build", import.meta.dirname], {
  stdio: "inherit",
});
