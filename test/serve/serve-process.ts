import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";

import { temporaryFolder } from "../journal/temporary-folder.ts";

const MAIN = join(import.meta.dirname, "../../src/cli/main.ts");
const started: ChildProcess[] = [];

/** To be called after each test. */
export const killAll = (): void => started.splice(0).forEach((child) => void child.kill("SIGKILL"));

/** `llm-footprint serve` as a process of its own, with what it has written so far. */
export const serve = (...options: string[]) => serveUnder([], options);

/** @param flags Node.js' own */
export function serveUnder(flags: readonly string[], options: readonly string[]) {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", ...flags, MAIN, "serve", ...options],
    { env: { PATH: process.env["PATH"] } },
  );
  started.push(child);
  const written = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (written.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (written.stderr += text));
  const exited = once(child, "exit") as Promise<[code: number | null]>;
  const says = async (words: RegExp): Promise<RegExpExecArray> => {
    const output = (): string => written.stdout + written.stderr;
    const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
    await expect.poll(() => words.test(output()) || hasEnded(), { timeout: 60_000 }).toBe(true);
    expect(output(), `with exit code ${child.exitCode}, signal ${child.signalCode}`).toMatch(words);
    return words.exec(output())!;
  };
  return { child, written, exited, says };
}

export type ServeProcess = ReturnType<typeof serve>;

export const urlOf = async ({ says }: ServeProcess): Promise<string> => (await says(/serves on (http:\/\/\S+)/))[1]!;

/** The path of a `footprint.yaml`, in a folder of its own, with other files beside it. */
export function configurationFile(yaml: string, others: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries({ "footprint.yaml": yaml, ...others })) {
    writeFileSync(join(folder, name), text.replaceAll("FOLDER", folder));
  }
  return join(folder, "footprint.yaml");
}
