import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createMeter, type Meter } from "llm-footprint";

import type { Feature } from "./feature.ts";
import type { DemoOptions } from "./options.ts";
import type { Run } from "./run.ts";
import { totalsLine, totalsTable } from "./totals.ts";
import { Traffic } from "./traffic.ts";

/** An application that asks its providers, and what it is made of. */
export interface Demonstrated extends Run, AsyncDisposable {
  readonly features: readonly Feature[];
  readonly application: RequestListener;
}

/**
 * Runs the demo until it is stopped or, with `once`, until its calls are made.
 *
 * @param start makes the application that the meter meters
 */
export async function run(options: DemoOptions, start: (meter: Meter) => Promise<Demonstrated>): Promise<void> {
  const meter = createMeter({
    labels: ["team", "feature"],
    zeroHoldSeconds: 10,
    budgets: [{ name: "day", criterion: "co2eGrams", limit: "50 g", groupBy: ["team"], window: "day", mode: "warn" }],
  });
  await using demonstrated = await start(meter);
  const server = createServer(demonstrated.application);
  const url = await listen(server, options);
  const traffic = new Traffic(url, demonstrated.features);
  console.log(demonstrated.about);
  console.log(`Page:    ${url}/`);
  console.log(`Metrics: ${url}/metrics`);

  if (options.once) {
    await traffic.make(demonstrated.callsOfOneRun);
  } else {
    const interrupted = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    console.log("Ctrl-C ends the demo.\n");
    traffic.start(demonstrated.millisecondsBetweenCalls);
    const line = showing(() => totalsLine(meter.totals()));
    await interrupted;
    line.end();
  }

  await traffic.stop();
  server.close();
  server.closeAllConnections();
  await meter.close();
  console.log(`\n${totalsTable(meter.totals())}`);
}
/** @throws Error when the port is taken */
async function listen(server: Server, { port, host }: DemoOptions): Promise<string> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new Error(`Port ${port} is in use; choose another one with --port.`, { cause: error });
  }
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

/** Shows a line that changes: in place on a terminal, as far as it fits, else on a new line now and then. */
function showing(text: () => string): { end: () => void } {
  const { stdout } = process;
  const show = () => stdout.write(stdout.isTTY ? `\r\u001b[2K${text().slice(0, stdout.columns - 1)}` : `${text()}\n`);
  const timer = setInterval(show, stdout.isTTY ? 500 : 2000);
  return {
    end() {
      clearInterval(timer);
      show();
      if (stdout.isTTY) stdout.write("\n");
    },
  };
}
