import { Command, Option } from "commander";

import { ConfigurationError } from "../model/errors.ts";
import { portNumber, type CommandFactory } from "./command.ts";
import { loadDemo } from "./demo-program.ts";

interface Arguments {
  readonly once?: boolean;
  readonly port?: number;
  readonly host: string;
  readonly real?: boolean;
}

export const demoCommand: CommandFactory = () =>
  new Command("demo")
    .description("An application with traffic, its metrics and its live page; needs no key and no network.")
    .option("--once", "make a bounded number of calls, print the totals, and end")
    .option("--port <port>", "where to listen (3000 when left out; with --once a free one)", portNumber)
    .addOption(new Option("--host <address>", "the address to listen at").default("127.0.0.1"))
    .option("--real", "call the providers whose keys are in OPENAI_API_KEY and MISTRAL_API_KEY, which costs money")
    .action(async ({ once = false, port = once ? 0 : 3000, host, real = false }: Arguments) => {
      const program = await loadDemo();
      try {
        await program.runPlainDemo({ once, port, host, real });
      } catch (cause) {
        if (!(cause instanceof Error) || "code" in cause) throw cause;
        throw new ConfigurationError("demo", cause.message.replace(/\.$/, ""), "", { cause });
      }
    });
