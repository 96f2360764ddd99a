import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";

import { createMeter } from "llm-footprint";

import { createApplication } from "./application.ts";
import { featuresFor } from "./features.ts";
import { startProviders } from "./providers.ts";
import { totalsLine, totalsTable } from "./totals.ts";
import { Traffic } from "./traffic.ts";

const USAGE = `npm run demo -- [--once] [--port <number>] [--host <address>]

  --once  make 60 calls, print the totals, and end
  --port  where to serve /metrics; 3000 by default, 0 for a free one
  --host  the address to listen at; 127.0.0.1 by default

With OPENAI_API_KEY or MISTRAL_API_KEY set, the calls go to the real providers and cost money.`;

const CALLS_OF_ONE_RUN = 60;

const { values: options } = parseArgs({
  options: {
    once: { type: "boolean", default: false },
    port: { type: "string" },
    host: { type: "string", default: "127.0.0.1" },
    help: { type: "boolean", default: false },
  },
});
if (options.help) {
  console.log(USAGE);
} else {
  await run();
}

async function run(): Promise<void> {
  const providers = await startProviders(process.env);
  const meter = createMeter({ labels: ["team", "feature"], zeroHoldSeconds: 10 });
  for (const client of Object.values(providers.clients) as object[]) meter.wrap(client);

  const features = featuresFor(providers.clients);
  const server = createServer(createApplication(meter, features));
  server.listen(Number(options.port ?? (options.once ? 0 : 3000)), options.host);
  await once(server, "listening");
  const url = `http://${options.host}:${(server.address() as AddressInfo).port}`;
  const traffic = new Traffic(url, features);

  console.log(
    providers.real
      ? "Calls go to the real providers and cost money."
      : "Calls go to a local provider: no key, no network.",
  );
  console.log(`Metrics: ${url}/metrics`);

  if (options.once) {
    await traffic.make(CALLS_OF_ONE_RUN);
  } else {
    console.log("Ctrl-C ends the demo.\n");
    traffic.start(providers.real ? 5000 : 200);
    const line = showing(() => totalsLine(meter.totals()));
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    line.end();
  }

  await traffic.stop();
  await meter.flush();
  console.log(`\n${totalsTable(meter.totals())}`);
  server.close();
  server.closeAllConnections();
  await meter.close();
  await providers.close();
}

/** Shows a line that changes: in place on a terminal, else every few seconds on a new line. */
function showing(text: () => string): { end: () => void } {
  const { isTTY } = process.stdout;
  const timer = setInterval(
    () => process.stdout.write(isTTY ? `\r\u001b[2K${text()}` : `${text()}\n`),
    isTTY ? 500 : 5000,
  );
  return {
    end() {
      clearInterval(timer);
      process.stdout.write(isTTY ? `\r\u001b[2K${text()}\n` : `${text()}\n`);
    },
  };
}
