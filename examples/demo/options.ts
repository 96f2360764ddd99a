import { parseArgs } from "node:util";

export const USAGE = `npm run demo -- [--once] [--port <number>] [--host <address>] [--real]

  --once  make a bounded number of calls, print the totals, and end
  --port  where to serve /metrics; 3000 by default (with --once a free one), 0 for a free one
  --host  the address to listen at; 127.0.0.1 by default
  --real  call the real providers whose keys are in OPENAI_API_KEY and MISTRAL_API_KEY, which costs money`;

export interface DemoOptions {
  readonly once: boolean;
  readonly port: number;
  readonly host: string;
  /** Without it no call leaves the machine, whatever keys there are. */
  readonly real: boolean;
  readonly help: boolean;
}

/** @throws Error whose message says what is wrong with the command line */
export function parseOptions(parameters: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      once: { type: "boolean", default: false },
      port: { type: "string" },
      host: { type: "string", default: "127.0.0.1" },
      real: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const port = values.port ?? (values.once ? "0" : "3000");
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new Error(`--port: expected a number from 0 to 65535, got ${port}`);
  }
  return { ...values, port: Number(port) };
}
