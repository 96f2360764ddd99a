/**
 * `npm run release -- 1.2.3`: moves the changelog's "Unreleased" under the version, writes the version, checks and packs,
 * then commits and tags. Publishing is CI's, from the tag, with `npm publish --provenance`.
 *
 * With `--dry-run` it says what it would write and changes nothing.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { releasedChangelog } from "./released-changelog.ts";

const ROOT = join(import.meta.dirname, "..");
const at = (path: string): string => join(ROOT, path);
const read = (path: string): string => readFileSync(at(path), "utf8");
const run = (command: string, ...parameters: readonly string[]): string =>
  execFileSync(command, parameters, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { "dry-run": { type: "boolean", default: false } },
});
const [version = ""] = positionals;
if (!/^\d+\.\d+\.\d+$/.test(version))
  throw new Error(`expected a version such as 1.2.3, got ${JSON.stringify(version)}`);

const date = new Date().toISOString().slice(0, 10);
const written: Readonly<Record<string, string>> = {
  "CHANGELOG.md": releasedChangelog(read("CHANGELOG.md"), version, date),
  "src/version.ts": read("src/version.ts").replace(/"\d+\.\d+\.\d+"/, JSON.stringify(version)),
  "package.json": read("package.json").replace(/("version": )"[^"]+"/, `$1"${version}"`),
};

if (values["dry-run"]) {
  for (const [path, text] of Object.entries(written)) console.log(`--- ${path}\n${text.slice(0, 600)}\n`);
} else {
  const changes = run("git", "status", "--porcelain");
  if (changes !== "") throw new Error(`expected a clean work tree, got:\n${changes}`);
  for (const [path, text] of Object.entries(written)) writeFileSync(at(path), text);
  run("npm", "install", "--package-lock-only", "--omit-lockfile-registry-resolved");
  // What the check of generated files compares with.
  run("git", "add", "--all");
  run("npm", "test");
  run("npm", "run", "generate:check");
  console.log(run("npm", "pack", "--ignore-scripts").trim());
  run("git", "commit", "--all", "--message", `Release ${version}`);
  run("git", "tag", "--annotate", `v${version}`, "--message", version);
  console.log(`Push the tag v${version}: CI publishes it with provenance.`);
}
