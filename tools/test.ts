/**
 * `npm test`: what needs no server and no more than the root's packages. Two lanes run side by side, as two cores allow: the
 * checks of the sources, and the build with the tests.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";

/** @returns whether it succeeded; what it printed stands together, with the seconds that it took */
function script(name: string): Promise<boolean> {
  const begun = performance.now();
  const child = spawn("npm", ["run", "--silent", name], { cwd: join(import.meta.dirname, "..") });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => output.push(chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => {
      const seconds = Math.round((performance.now() - begun) / 1000);
      console.log(`${status === 0 ? "✓" : "✗"} ${name} (${seconds} s)\n${Buffer.concat(output).toString()}`.trimEnd());
      resolve(status === 0);
    });
  });
}

/** One after the other; a step that fails ends its lane. */
async function lane(...names: readonly string[]): Promise<boolean> {
  for (const name of names) if (!(await script(name))) return false;
  return true;
}

const passed = await Promise.all([lane("format:check", "typecheck", "lint", "lint:words"), lane("build", "test:unit")]);
console.log(
  "Left out: npm run test:servers (real servers and a browser), npm run test:matrix (other SDKs, runtimes, bundlers).",
);
if (passed.includes(false)) process.exitCode = 1;
