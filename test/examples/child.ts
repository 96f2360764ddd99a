import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";

/** A program of `examples/`, run as a reader runs it: against the built package. */
export interface Child {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  /** What it has printed so far. */
  output(): string;
  /** Resolves when it has printed something that matches. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves with how it ended. */
  readonly ended: Promise<{ code: number | null; output: string; errors: string }>;
}

export const runExample = (name: string, environment: Record<string, string>, ...parameters: string[]): Child =>
  runProgram(`${import.meta.dirname}/../../examples/${name}`, environment, ...parameters);

/** Any program, with nothing in its environment but these. */
export function runProgram(program: string, environment: Record<string, string>, ...parameters: string[]): Child {
  const child = spawn(process.execPath, [program, ...parameters], {
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, output, errors }));
  return {
    process: child,
    output: () => output,
    async printed(pattern) {
      for (;;) {
        const match = pattern.exec(output);
        if (match) return match;
        const more = await Promise.race([once(child.stdout, "data"), ended]);
        if (!Array.isArray(more)) throw new Error(`ended without printing ${pattern.source}:\n${output}\n${errors}`);
      }
    },
    ended,
  };
}
