// cspell:ignore venv
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const HERE = import.meta.dirname;
const CACHE = join(HERE, "../../../node_modules/.cache/python");

/**
 * The folder of a Python environment with what a list of requirements names; made once for each content of the list. Only
 * wheels are taken: a source package could start a build of its own.
 *
 * @throws Error where there is no Python with `venv`, or the packages cannot be had
 */
export function pythonEnvironment(requirements: string): string {
  const list = join(HERE, requirements);
  const folder = join(CACHE, createHash("sha256").update(readFileSync(list)).digest("hex").slice(0, 16));
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  try {
    execFileSync("python3", ["-m", "venv", unfinished], { stdio: "pipe" });
    const options = ["--quiet", "--disable-pip-version-check", "--no-compile", "--only-binary", ":all:"];
    execFileSync(join(unfinished, "bin/python"), ["-m", "pip", "install", ...options, "--requirement", list], {
      stdio: "pipe",
    });
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
