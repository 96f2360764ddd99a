import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("the benchmark runs, and compares with the bare client and a control; its times are not looked at", async () => {
  const program = join(import.meta.dirname, "../../bench/main.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [program, "--quick"]);
  for (const title of ["a call, from memory", "a call through fetch", "a call, on loopback", "400 label sets"]) {
    expect(stdout).toContain(title);
  }
  expect(stdout).toMatch(/^ {2}bare again .* µs/m);
  expect(stdout).toMatch(/^ {2}metered, one budget .* µs/m);
  expect(stdout).toMatch(/^ {2}prom-client by hand .* µs/m);
});
