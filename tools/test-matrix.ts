/**
 * `npm run test:matrix`: the tests that need more than the root's packages. Installs those, then checks and runs the tests.
 *
 * With `--install` it stops after installing.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { MATRIX_FOLDERS } from "./matrix-folders.ts";

const run = (command: string, ...parameters: readonly string[]): void => {
  execFileSync(command, parameters, { cwd: join(import.meta.dirname, ".."), stdio: "inherit" });
};

for (const folder of MATRIX_FOLDERS) {
  run("npm", "ci", "--prefix", folder, "--no-audit", "--no-fund", "--no-progress", "--loglevel", "error");
}
if (!process.argv.includes("--install")) {
  for (const folder of MATRIX_FOLDERS) run("tsc", "-p", folder);
  run("eslint", "--max-warnings", "0", ...MATRIX_FOLDERS);
  run("vitest", "run", "-c", "vitest.matrix.config.ts");
}
