import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

import { openJournalReader } from "../../src/journal/reading.ts";
import { temporaryFolder } from "./temporary-folder.ts";

test("a full disk: nothing is thrown, what was acknowledged is there, the rest waits in bounded memory", () => {
  const path = join(temporaryFolder(), "footprint.db");
  // A limit on the size of files, with its signal ignored, fails writes as a full disk does.
  const program = `trap '' XFSZ; ulimit -f 800; exec "$0" "$@"`;
  const script = join(import.meta.dirname, "full-disk-writer.ts");
  const { status, stdout, stderr } = spawnSync("bash", ["-c", program, process.execPath, script, path], {
    encoding: "utf8",
  });
  expect({ status, stderr }).toStrictEqual({ status: 0, stderr: "" });
  const said = JSON.parse(stdout) as { acknowledged: number };
  expect(said).toMatchObject({ waiting: 200, summed: 101, lost: 0, errors: 1, degraded: true });
  using journal = openJournalReader(path);
  const ids = Array.from(journal.records({ from: new Date(0), to: new Date("2100-01-01") }), ({ id }) => id);
  expect(ids).toStrictEqual(Array.from({ length: said.acknowledged }, (_, n) => `r${n + 1}`));
  expect(said.acknowledged).toBeGreaterThan(20);
});
