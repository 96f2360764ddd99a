import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { isObject } from "../../src/wire/json.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { replayedFiles } from "./replayed.ts";
import { sumsOf } from "./sums.ts";

const CASES = join(import.meta.dirname, "cases");

/** Why a file has no parts that are known by themselves, so that it can be repeated and grow, and not be split. */
const WHOLE: Readonly<Record<string, string>> = {
  "files/codex.jsonl": "the model stands in an earlier line",
  "records/codex": "the model stands in an earlier line",
  "files/openai-usage-two-rows-same-key.csv": "nothing tells two rows of one day apart",
  "files/openai-pages-concat.json": "a document for each page, which are not lines",
  "files/otel-python-console.json": "a document for each span, which are not lines",
  "files/azure-monitor.json": "its metrics come together in one document",
  "files/azure-diagnostic-apim.jsonl": "its rows have no id that is read",
};

/** Rows of one day that nothing tells apart add up within one file. */
const ADDS_UP = /\.csv$|\.tsv$|openai-flat|openai-legacy/;

/** Known by a mapping, empty, or in another encoding than UTF-8. */
const LEFT_OUT =
  /utf16|\.gz$|empty|costs|pretty-bom|crlf|(?:blank-first|cr-only|dup-header|future|latin1|mean-\w+|numbers|one-wrong-date|pipe|preamble|quoted-newline|requests-col|same-id[\w-]*|sep-line|tab|teams|times|total-row|trailing-commas|usage-inclusive)\.[ct]sv$/;

const paths = ["files", "spans", "records", "records/litellm"]
  .flatMap((folder) => readdirSync(join(CASES, folder)).map((name) => `${folder}/${name}`))
  .filter((path) => !LEFT_OUT.test(path) && path !== "records/litellm");

const filesAt = (path: string): string[] =>
  statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true, encoding: "utf8" })
        .map((name) => join(path, name))
        .filter((name) => statSync(name).isFile())
    : [path];

type Part = { readonly header: string; readonly row: string };

/** What a file consists of: rows of a table, lines, items of a list or page, or spans, each with what it needs around it. */
function partsOf(content: string): Part[] {
  const lines = content.split("\n").filter((line) => line.trim() !== "");
  if (!/^\s*[[{]/.test(content)) return lines.slice(1).map((row) => ({ header: `${lines[0]!}\n`, row }));
  const documents = isJson(content)
    ? [JSON.parse(content) as unknown]
    : lines.map((line) => JSON.parse(line) as unknown);
  return documents.flatMap(divided).map((each) => ({ header: "", row: JSON.stringify(each) }));
}

function isJson(content: string): boolean {
  try {
    JSON.parse(content);
    return true;
  } catch {
    return false;
  }
}

const LISTS = ["resourceSpans", "batches", "scopeSpans", "spans", "data", "result", "results", "runs", "records"];

/** A document with one item of its list, for each of them; the results of one bucket stay together. */
function divided(document: unknown): unknown[] {
  if (Array.isArray(document)) return document.flatMap(divided);
  if (!isObject(document) || "start_time" in document || "starting_at" in document) return [document];
  const name = LISTS.find((each) => Array.isArray(document[each]));
  if (name === undefined) return [document];
  return (document[name] as unknown[]).flatMap(divided).map((item) => ({ ...document, [name]: [item] }));
}

async function sumsOfRuns(contents: readonly (readonly [name: string, content: string])[]) {
  const folder = temporaryFolder();
  const runs = contents.map(([name, content], index) => {
    const path = join(folder, `${index}-${name}`);
    writeFileSync(path, content);
    return [path];
  });
  return sumsOf((await replayedFiles(runs, {}, folder)).records);
}

describe("what is the same counts once, whatever its order, its repetition, and the files that it is split over", () => {
  test.for(paths)("%s", async (path) => {
    const files = filesAt(join(CASES, path));
    const whole = sumsOf((await replayedFiles([files])).records);
    if (path in WHOLE) {
      expect(sumsOf((await replayedFiles([...files, ...files].reverse().map((each) => [each]))).records)).toStrictEqual(
        whole,
      );
      return;
    }
    const parts = files.flatMap((each) => partsOf(readFileSync(each, "utf8")));
    const index = fc.nat({ max: parts.length - 1 });
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(parts, { minLength: parts.length }),
        fc.array(index, { maxLength: 3 }),
        index,
        async (order, again, cut) => {
          const repeated = again.map((each) => parts[each]!);
          const [some, others] = [order.slice(0, cut), order.slice(cut)];
          // What adds up within a file is repeated in others.
          const split = ADDS_UP.test(path) ? [some, [...new Set(repeated)], others] : [[...some, ...repeated], others];
          const runs = split.flatMap((some) =>
            // A table of each header, and the lines of all documents.
            [...new Set(some.map(({ header }) => header))].map((header) => {
              const rows = some.filter((part) => part.header === header).map(({ row }) => `${row}\n`);
              return ["past", `${header}${rows.join("")}`] as const;
            }),
          );
          expect(await sumsOfRuns(runs)).toStrictEqual(whole);
        },
      ),
      { numRuns: 2 },
    );
  });
});

test("a file that was read while it was written counts once, from whatever line it grew", async () => {
  const lines = (path: string): string[] => readFileSync(join(CASES, path), "utf8").split(/(?<=\n)/);
  for (const path of [
    ...["files/codex.jsonl", "files/claude-code.jsonl", "files/litellm.jsonl", "files/openai-usage.tsv"],
    ...["files/openai-usage-two-rows-same-key.csv", "files/openai-page-pretty.json", "files/otel-python-console.json"],
    ...["records/gemini-cli-session.json", "spans/py-openai-v2.json", "files/anthropic-console.csv"],
  ]) {
    const written = lines(path);
    const whole = sumsOf((await replayedFiles([[join(CASES, path)]])).records);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: written.length }), { maxLength: 3 }), async (cuts) => {
        const folder = temporaryFolder();
        const file = join(folder, "grows");
        const runs = [...cuts.sort((a, b) => a - b), written.length];
        let records: Awaited<ReturnType<typeof replayedFiles>>["records"] = [];
        for (const cut of runs) {
          writeFileSync(file, written.slice(0, cut).join(""));
          ({ records } = await replayedFiles([[file]], {}, folder));
        }
        expect(sumsOf(records)).toStrictEqual(whole);
        expect(new Set(records.map(({ requestedModel }) => requestedModel)).has(undefined)).toBe(false);
      }),
      { numRuns: 2 },
    );
  }
});
