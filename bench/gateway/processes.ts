import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import type { MemoryLeft } from "./memory-probe.ts";

/** A server that a benchmark has started. */
export interface Started {
  readonly pid: number;
  readonly url: string;
  readonly stop: () => void;
}

const ROOT = join(import.meta.dirname, "../..");

/** Starts a program and waits for the line in which it says where it listens. @param says with the address, or the port */
export async function startProgram(
  command: string,
  args: readonly string[],
  says: RegExp,
  environment: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const child: ChildProcess = spawn(command, args, { env: { ...process.env, ...environment } });
  let written = "";
  const said = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      written = (written + chunk.toString()).slice(-100_000);
      const found = says.exec(written)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout!.on("data", read);
    child.stderr!.on("data", read);
    child.on("error", reject);
    child.on("exit", () => reject(new Error(`${command} ended:\n${written.slice(-2000)}`)));
  });
  const url = said.startsWith("http") ? said : `http://127.0.0.1:${said}`;
  return { pid: child.pid!, url, stop: () => void child.kill() };
}

/** @param intervalMilliseconds between the events of a stream */
export const startProvider = (intervalMilliseconds: number): Promise<Started> =>
  startProgram(
    process.execPath,
    [join(import.meta.dirname, "provider-program.ts"), String(intervalMilliseconds)],
    /^(\d+)$/m,
  );

/** A gateway that can be asked what memory it holds. */
export interface StartedGateway extends Started {
  /** What is left when all garbage has been collected; only of a gateway with a probe. */
  memoryLeft(): Promise<MemoryLeft>;
}

const PROBE = ["--expose-gc", "--import", join(import.meta.dirname, "memory-probe.ts")];

/** Our gateway as users start it, from the build. @param more lines of its configuration */
export async function startGateway(provider: string, more = "", hasProbe = false): Promise<StartedGateway> {
  const folder = mkdtempSync(join(tmpdir(), "llm-footprint-bench-"));
  const file = join(folder, "footprint.yaml");
  const upstream = `upstreams:\n  local: { url: ${provider}, family: openai, provider: openai, zone: USA }\n`;
  writeFileSync(file, `listen: 127.0.0.1:0\n${upstream}${more.replaceAll("FOLDER", folder)}`);
  const cli = join(ROOT, "dist/node/cli.js");
  const memoryFile = join(folder, "memory.json");
  const command = [...(hasProbe ? PROBE : []), cli, "serve", "--config", file];
  const environment = { MEMORY_FILE: memoryFile };
  const server = await startProgram(process.execPath, command, /serves on (http:\/\/\S+)/, environment);
  return {
    ...server,
    async memoryLeft() {
      rmSync(memoryFile, { force: true });
      process.kill(server.pid, "SIGUSR2");
      while (!existsSync(memoryFile)) await setTimeout(50);
      return JSON.parse(readFileSync(memoryFile, "utf8")) as MemoryLeft;
    },
    stop() {
      server.stop();
      void setTimeout(2000, undefined, { ref: false }).then(() => rmSync(folder, { recursive: true, force: true }));
    },
  };
}
