import { styleText } from "node:util";
import { Command, CommanderError } from "commander";

import { ConfigurationError } from "../model/errors.ts";
import { VERSION } from "../version.ts";
import { calibrateCommand } from "./calibrate.ts";
import { addCompletion } from "./completion.ts";
import { dashboardsCommand } from "./dashboards.ts";
import { demoCommand } from "./demo.ts";
import { doctorCommand } from "./doctor.ts";
import { estimateCommand } from "./estimate.ts";
import { EXIT } from "./exit.ts";
import { explainCommand } from "./explain.ts";
import { exportCommand } from "./export.ts";
import { factorsCommand } from "./factors.ts";
import { replayCommand } from "./replay.ts";
import { recordsCommand } from "./records.ts";
import { reportCommand } from "./report.ts";
import { rulesCommand } from "./rules.ts";
import { serveCommand } from "./serve.ts";

const COMMANDS = [
  demoCommand,
  estimateCommand,
  recordsCommand,
  explainCommand,
  factorsCommand,
  reportCommand,
  exportCommand,
  replayCommand,
  rulesCommand,
  dashboardsCommand,
  doctorCommand,
  serveCommand,
  calibrateCommand,
];

/** The program with all its commands; `setStatus` sets the exit status that it ends with. */
export function commandLineProgram(setStatus: (status: number) => void): Command {
  const program = new Command("llm-footprint")
    .description("Footprint of requests to large language models: estimate, explain, report, replay, check.")
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError("(add --help for more)")
    .addHelpText(
      "after",
      "\nExit status: 0 when all is well, 1 when something was found (rejected lines,\nfindings), 2 for wrong usage.",
    );
  for (const command of COMMANDS) {
    const added = command(setStatus).copyInheritedSettings(program);
    program.addCommand(added);
  }
  return program;
}

/**
 * Runs `llm-footprint` with these arguments.
 *
 * @returns the exit status
 */
export async function runCommandLine(arguments_: readonly string[]): Promise<number> {
  let status: number = EXIT.success;
  const program = commandLineProgram((found) => (status = found));
  addCompletion(program);
  try {
    await program.parseAsync(arguments_, { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.success : EXIT.usageError;
    process.stderr.write(`${styleText("red", messageOf(error), { stream: process.stderr })}\n`);
    return EXIT.usageError;
  }
}

/** A user's error is reported in one line; anything else is a defect of ours and keeps its stack. */
function messageOf(error: unknown): string {
  if (error instanceof ConfigurationError) return error.message;
  if (error instanceof Error && "code" in error) return `llm-footprint: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
