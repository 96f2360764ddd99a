import { spawn } from "node:child_process";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";

import { openJournalReader } from "../../src/journal/reading.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const WRITERS = 5;
const KILLS_PER_WRITER = Math.ceil(Number(process.env["CRASH_KILLS"] ?? 50) / WRITERS);

/** Runs a writer and kills it some moments after its start. Returns the last number that it acknowledged. */
async function runAndKill(path: string, writer: string, afterMilliseconds: number): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "crashing-writer.ts"), path, writer]);
  let [output, errors] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    // The clock starts with the first word, so that a slow machine is killed at the same moments.
    if (output === "") setTimeout(() => child.kill("SIGKILL"), afterMilliseconds);
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.on("close", (...ending) => resolve(ending)),
  );
  expect([code, signal, errors]).toStrictEqual([null, "SIGKILL", ""]);
  return Number(output.trimEnd().split("\n").at(-1));
}

test(
  "after kill -9 at any moment nothing acknowledged is lost and nothing counted twice",
  { timeout: 1_200_000 },
  async () => {
    const path = join(temporaryFolder(), "footprint.db");
    const acknowledged = new Map<string, number>();
    await Promise.all(
      Array.from({ length: WRITERS }, async (_, index) => {
        const writer = `w${index}`;
        for (let kill = 0; kill < KILLS_PER_WRITER; kill++) {
          acknowledged.set(writer, await runAndKill(path, writer, Math.random() * 30));
        }
      }),
    );

    const written = new Map<string, Set<string>>();
    using reader = openJournalReader(path);
    for (const { id, labels } of reader.records({ from: new Date(0), to: new Date("2100-01-01") })) {
      const writer = labels["writer"]!;
      written.set(writer, (written.get(writer) ?? new Set()).add(id));
    }
    for (const [writer, last] of acknowledged) {
      const all = written.get(writer)!;
      expect(all.size).toBeGreaterThanOrEqual(last);
      expect([...all].every((id) => Number(id.split("-")[1]) <= all.size)).toBe(true);
    }
    using database = new DatabaseSync(path);
    expect(database.prepare("PRAGMA integrity_check").get()).toStrictEqual(
      expect.objectContaining({ integrity_check: "ok" }),
    );
  },
);
