import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dump as stringify, load as parse } from "js-yaml";

/** The files that compose.yaml mounts. */
const DIRECTORY = join(import.meta.dirname, "..");

interface PrometheusConfiguration {
  global: Record<string, string>;
  rule_files: string[];
  alerting: { alertmanagers: { static_configs: { targets: string[] }[] }[] };
  scrape_configs: { static_configs: { targets: string[] }[] }[];
}

interface AlertmanagerConfiguration {
  route: Record<string, unknown> & { routes: Record<string, unknown>[] };
  receivers: { webhook_configs: { url: string }[] }[];
}

export interface Addresses {
  readonly targets: readonly string[];
  readonly alertmanager: string;
  readonly alertReceiver: string;
}

/** How long the servers wait. Left out: as in the files. */
export interface Pace {
  /** Between scrapes, and between evaluations of rules. */
  readonly interval: string;
  readonly groupInterval: string;
}

/**
 * Writes the configuration of compose.yaml with other addresses, and with another pace where one is given.
 *
 * @returns the paths of the files for Prometheus and Alertmanager
 */
export function writeConfiguration(
  directory: string,
  addresses: Addresses,
  pace?: Pace,
): { prometheus: string; alertmanager: string } {
  const prometheus = read("prometheus.yml") as PrometheusConfiguration;
  prometheus.rule_files = prometheus.rule_files.map((path) => join(directory, path.replace("rules/", "")));
  for (const path of ["recording.yaml", "alerts.yaml"]) {
    const rules = readFileSync(join(DIRECTORY, "rules", path), "utf8");
    writeFileSync(join(directory, path), pace ? rules.replace(/interval: \dm/g, `interval: ${pace.interval}`) : rules);
  }
  for (const { static_configs: configs } of prometheus.scrape_configs) configs[0]!.targets = [...addresses.targets];
  prometheus.alerting.alertmanagers[0]!.static_configs[0]!.targets = [addresses.alertmanager];
  const alertmanager = read("alertmanager.yml") as AlertmanagerConfiguration;
  for (const { webhook_configs: hooks } of alertmanager.receivers) {
    for (const hook of hooks) hook.url = `http://${addresses.alertReceiver}${new URL(hook.url).pathname}`;
  }
  if (pace) {
    Object.assign(prometheus.global, {
      scrape_interval: pace.interval,
      scrape_timeout: pace.interval,
      evaluation_interval: pace.interval,
    });
    Object.assign(alertmanager.route, { group_wait: "0s", group_interval: pace.groupInterval });
  }
  return {
    prometheus: write(directory, "prometheus.yml", prometheus),
    alertmanager: write(directory, "alertmanager.yml", alertmanager),
  };
}

const read = (name: string): unknown => parse(readFileSync(join(DIRECTORY, name), "utf8"));

function write(directory: string, name: string, content: unknown): string {
  const path = join(directory, name);
  writeFileSync(path, stringify(content));
  return path;
}
