import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const git = ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.md"];
const THIS = "test/docs/words.test.ts";
const GENERATED = /^(?:api\/|docs\/factors\.md$|CHANGELOG\.md$)/;
const files = execFileSync("git", git, { cwd: ROOT, encoding: "utf8" })
  .trim()
  .split("\n")
  .filter((file) => file !== THIS && !GENERATED.test(file));

/** Phrases that are not English as a technical writer writes it, with what to write instead. */
const BANNED: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/(?<!\bthere )\b(?:is|are|was|were) no (?!longer\b|more\b)[a-z]+/i, "is not a …; in messages: expected a …, got …"],
  [/(?<!\bthere )\b(?:is|are) none\b(?! of)/i, "say what it is"],
  [/\bsomebody\b/i, "someone, or the role: the application, a scraper"],
  [/\bnobody minds\b/i, "say what applies: no budget applies"],
  [/\bfor want of\b/i, "because … is missing"],
  [/\btidings\b/i, "acknowledgements, news"],
  [/\b(?:told|tells?|telling) of\b/i, "reports, is notified of"],
  [/\bmistakes?\b/i, "error, or what is wrong: an invalid …"],
];

describe("words", () => {
  test.for(BANNED)("no text says %s", ([phrase, instead]) => {
    const found = files.flatMap((file) =>
      readFileSync(join(ROOT, file), "utf8")
        .split("\n")
        .flatMap((line, at) => (phrase.test(line) ? [`${file}:${at + 1}: ${line.trim()}`] : [])),
    );
    expect(found, `write instead: ${instead}`).toStrictEqual([]);
  });
});
