import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { writeHistory } from "../history/history.ts";
import { LOOKBACK, STEP } from "../history/recording.ts";
import { describeAlert, startAlertReceiver } from "./alert-receiver.ts";
import { writeConfiguration } from "./configuration.ts";
import { freePort, isInstalled, startServer, type ServerProcess } from "./server-process.ts";
import { COMMANDS, importHistory, INSTALL, startAlertmanager, startPrometheus } from "./servers.ts";

const USAGE = `npm run stack -- [--with-history] [--no-demo] [--target <host:port>]

Starts this machine's prometheus and prometheus-alertmanager on loopback, with the configuration
of grafana/, the demo application, and a receiver that prints the alerts.

  --with-history  begin with the invented history of this month and the month before (takes half a minute)
  --target        scrape this application instead of the demo; can be given more than once
  --no-demo       start no application`;

const { values: options } = parseArgs({
  options: {
    "with-history": { type: "boolean", default: false },
    "no-demo": { type: "boolean", default: false },
    target: { type: "string", multiple: true, default: [] },
    help: { type: "boolean", default: false },
  },
});

const missing = Object.entries(COMMANDS).filter(([command]) => !isInstalled(command));
if (options.help) {
  console.log(USAGE);
} else if (missing.length > 0) {
  console.error(`Not found: ${missing.map(([command]) => command).join(", ")}. On Debian:\n  ${INSTALL}`);
  console.error("With a container engine instead: docker compose -f grafana/compose.yaml up");
  process.exitCode = 1;
} else {
  await run();
}

async function run(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "llm-footprint-stack-"));
  const running: (() => unknown)[] = [];
  const interrupted = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  try {
    const receiver = await startAlertReceiver(0, (alert) => console.log(describeAlert(alert)));
    running.push(() => receiver.close());
    const targets = [...options.target];
    if (targets.length === 0 && !options["no-demo"]) {
      const demo = await startDemo();
      running.push(() => demo.stop());
      targets.push(new URL(demo.url).host);
    }
    if (options["with-history"]) await addHistory(directory);
    const alertmanagerAddress = `127.0.0.1:${await freePort()}`;
    const alertReceiver = `127.0.0.1:${receiver.port}`;
    const files = writeConfiguration(directory, { targets, alertmanager: alertmanagerAddress, alertReceiver });
    const alertmanager = await startAlertmanager(directory, files.alertmanager, alertmanagerAddress);
    running.push(() => alertmanager.stop());
    const lookback = options["with-history"] ? [`--query.lookback-delta=${LOOKBACK}`] : [];
    const prometheus = await startPrometheus(directory, files.prometheus, lookback);
    running.push(() => prometheus.stop());
    console.log(`Prometheus    ${prometheus.url}\nAlertmanager  ${alertmanager.url}`);
    for (const target of targets) console.log(`Metrics       http://${target}/metrics`);
    console.log(`Dashboards    import grafana/dashboards/*.json into a Grafana with ${prometheus.url} as data source`);
    console.log("Ctrl-C ends everything.");
    await interrupted;
  } finally {
    for (const stop of running.reverse()) await stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function startDemo(): Promise<ServerProcess> {
  const port = await freePort();
  const main = join(import.meta.dirname, "../../examples/demo/main.ts");
  return startServer(process.execPath, [main, "--port", String(port)], `http://127.0.0.1:${port}`, "/metrics");
}

async function addHistory(directory: string): Promise<void> {
  console.log("Making up the history …");
  const path = join(directory, "history.om");
  await writeHistory(new Date(Math.floor(Date.now() / STEP) * STEP), path);
  importHistory(path, directory);
  rmSync(path);
}
