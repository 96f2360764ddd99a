import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

import { ROOT } from "../packed-package.ts";

const run = promisify(execFile);

test("knip finds no file, export or dependency that is unused, and no dependency that is not listed", async () => {
  const knip = join(import.meta.dirname, "node_modules/knip/bin/knip.js");
  const { stdout } = await run(process.execPath, [knip, "--no-progress", "--no-config-hints"], { cwd: ROOT }).catch(
    (error: unknown) => error as { stdout: string },
  );
  expect(stdout).toBe("");
});
