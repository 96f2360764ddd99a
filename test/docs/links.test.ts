import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const git = ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"];
const files = execFileSync("git", git, { cwd: ROOT, encoding: "utf8" }).trim().split("\n");

const withoutCode = (text: string): string => text.replaceAll(/^```[^]*?^```/gm, "").replaceAll(/`[^`\n]+`/g, "code");

/** As GitHub makes them: lower case, spaces as hyphens, nothing but letters, digits and hyphens. */
const anchorsOf = (path: string): ReadonlySet<string> =>
  new Set(
    Array.from(readFileSync(path, "utf8").matchAll(/^#+ (.+)$/gm), ([, title]) =>
      title!
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );

test.for(files)("%s: every link within the repository leads to a file, and to a heading in it", (file) => {
  const text = withoutCode(readFileSync(join(ROOT, file), "utf8"));
  const targets = Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, target]) => target!);
  const broken = targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path, anchor] = target.split("#") as [string, string?];
    const place = path === "" ? join(ROOT, file) : join(ROOT, dirname(file), path);
    return !existsSync(place) || (anchor !== undefined && !anchorsOf(place).has(anchor));
  });
  expect(broken).toStrictEqual([]);
});

test("every decision note has a status and a date, and stands in the index", () => {
  const notes = files.filter((file) => /^docs\/decisions\/(?!README)/.test(file));
  const index = readFileSync(join(ROOT, "docs/decisions/README.md"), "utf8");
  for (const note of notes) {
    expect(readFileSync(join(ROOT, note), "utf8")).toMatch(
      /^# .+\n\n(?:Accepted|Replaced by .+), \d+ [A-Z][a-z]+ \d{4}\.\n/,
    );
    expect(index).toContain(`](${relative("docs/decisions", note)})`);
  }
});
