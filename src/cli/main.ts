#!/usr/bin/env node
import { runCommandLine } from "./run.ts";

// A reader such as `head` closes the pipe when it has enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});
process.exitCode = await runCommandLine(process.argv.slice(2));
