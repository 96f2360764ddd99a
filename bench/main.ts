/**
 * Runs what `npm run bench` measures, one after the other. `--quick` shows only that it runs: its figures mean nothing.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

for (const program of ["requests.ts", "exposition.ts"]) {
  const given = ["--expose-gc", join(import.meta.dirname, program), ...process.argv.slice(2)];
  const { status } = spawnSync(process.execPath, given, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
