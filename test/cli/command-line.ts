import { vi } from "vitest";

import { runCommandLine } from "../../src/cli/run.ts";

export interface Outcome {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs `llm-footprint` in this process: the same code as in one of its own, without its start. */
export async function commandLine(arguments_: readonly string[], folder?: string): Promise<Outcome> {
  let [output, errors] = ["", ""];
  const before = process.cwd();
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation((text) => ((output += String(text)), true)),
    vi.spyOn(process.stderr, "write").mockImplementation((text) => ((errors += String(text)), true)),
  ];
  try {
    if (folder !== undefined) process.chdir(folder);
    const status = await runCommandLine(arguments_);
    return { status, output, errors };
  } finally {
    process.chdir(before);
    for (const spy of spies) spy.mockRestore();
  }
}
