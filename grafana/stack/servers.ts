import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { freePort, startServer, type ServerProcess } from "./server-process.ts";

/** The Debian packages' names of the commands that are needed here. */
export const COMMANDS = {
  prometheus: "prometheus",
  promtool: "prometheus",
  "prometheus-alertmanager": "prometheus-alertmanager",
} as const;

export const INSTALL =
  "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends prometheus prometheus-alertmanager";

/** @param more further arguments of Prometheus */
export async function startPrometheus(
  directory: string,
  configuration: string,
  more: readonly string[] = [],
): Promise<ServerProcess> {
  const address = `127.0.0.1:${await freePort()}`;
  const args = [
    `--config.file=${configuration}`,
    `--storage.tsdb.path=${join(directory, "data")}`,
    // The month before and this month, whole.
    "--storage.tsdb.retention.time=70d",
    `--web.listen-address=${address}`,
    ...more,
  ];
  return startServer("prometheus", args, `http://${address}`, "/-/ready");
}

/** @param address host and port, which Prometheus was configured with */
export async function startAlertmanager(
  directory: string,
  configuration: string,
  address: string,
): Promise<ServerProcess> {
  const args = [
    `--config.file=${configuration}`,
    `--storage.path=${join(directory, "alertmanager")}`,
    `--web.listen-address=${address}`,
    // An empty address: one alone needs no gossip.
    "--cluster.listen-address=",
  ];
  return startServer("prometheus-alertmanager", args, `http://${address}`, "/-/ready");
}

/** Makes Prometheus' storage out of OpenMetrics text. One block per two months: many small ones take minutes. */
export function importHistory(openMetrics: string, directory: string): void {
  const args = [
    "tsdb",
    "create-blocks-from",
    "--max-block-duration=1600h",
    "openmetrics",
    openMetrics,
    join(directory, "data"),
  ];
  const { status, stderr } = spawnSync("promtool", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`promtool could not import the history:\n${stderr}`);
}
