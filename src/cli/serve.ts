import { Command } from "commander";

import { ConfigurationError } from "../model/errors.ts";
import { DEFAULT_CONFIGURATION, loadConfiguration, type ServeConfiguration } from "../serve/configuration.ts";
import { directions } from "../serve/directions.ts";
import type { Running } from "../serve/start.ts";
import { portNumber, print, type CommandFactory } from "./command.ts";

interface ServeArguments {
  readonly config?: string;
  readonly port?: number;
  readonly drainSeconds: number;
}

export const serveCommand: CommandFactory = () =>
  new Command("serve")
    .description("Relay and meter requests of any language: a gateway with /metrics and a live page.")
    .option("--config <file>", "a configuration, such as footprint.yaml")
    .option("--port <port>", "the port to listen on (default: 4141, or what the configuration says)", portNumber)
    .option("--drain-seconds <seconds>", "how long requests under way may take when it is told to stop", Number, 30)
    .action(serve);

/** Runs until SIGTERM or SIGINT; SIGHUP reads the configuration again. */
async function serve({ config, port, drainSeconds }: ServeArguments): Promise<void> {
  const read = (): ServeConfiguration => {
    const configuration = config === undefined ? DEFAULT_CONFIGURATION : loadConfiguration(config);
    return port === undefined ? configuration : { ...configuration, port };
  };
  const configuration = read();
  // Its HTTP client and its decoders are of no use to the other commands.
  const running =
    configuration.workers > 1
      ? await (await import("../serve/workers/primary.ts")).startWorkers(configuration, warn)
      : await (await import("../serve/start.ts")).startServer(configuration);
  // Before it says that it serves: whoever waits for that may send a signal at once.
  process.on("SIGHUP", () => void reload(running, read));
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
  print(directions(running.url, configuration));
  await stopped;
  print("Draining: no more requests are taken.");
  await running.drain(drainSeconds * 1000);
}

/** A configuration that is broken changes nothing. */
async function reload(running: Running, read: () => ServeConfiguration): Promise<void> {
  try {
    await running.reload(read());
    print("The configuration was read again.");
  } catch (error) {
    const reason = error instanceof ConfigurationError ? error.message : String(error);
    warn(`The configuration stays as it was: ${reason}`);
  }
}

const warn = (line: string): void => void process.stderr.write(`${line}\n`);
