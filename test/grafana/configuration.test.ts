import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load as parse } from "js-yaml";
import { describe, expect, test } from "vitest";

import { MODES } from "../../src/budgets/definition/budget.ts";

const GRAFANA = join(import.meta.dirname, "../../grafana");
const read = (path: string): unknown => parse(readFileSync(join(GRAFANA, path), "utf8"));

interface Service {
  readonly image: string;
  readonly volumes: readonly string[];
  readonly ports?: readonly string[];
}
const compose = read("compose.yaml") as {
  services: Readonly<Record<string, Service>>;
  volumes: Readonly<Record<string, null>>;
};
const prometheus = read("prometheus.yml") as {
  global: { scrape_interval: string };
  rule_files: string[];
  scrape_configs: { static_configs: { targets: string[] }[] }[];
};
const packed = (JSON.parse(readFileSync(join(GRAFANA, "../package.json"), "utf8")) as { files: string[] }).files;

describe("the stack of containers", () => {
  test.each(Object.entries(compose.services))(
    "%s is pinned, reachable from this machine only, and mounts what exists",
    (_, service) => {
      expect(service.image).toMatch(/^[a-z/]+:v?\d+\.\d+\.\d+(-alpine)?$/);
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
      for (const volume of service.volumes) {
        const [source] = volume.split(":");
        if (source!.startsWith("./")) {
          expect(existsSync(join(GRAFANA, source!))).toBe(true);
          const path = source!.replace("./", "grafana/");
          expect(packed.some((file) => file === path || file.startsWith(`${path}/`))).toBe(true);
        } else expect(compose.volumes).toHaveProperty([source!]);
      }
    },
  );

  test("Grafana is provisioned with the data source and the dashboards", () => {
    const { datasources } = read("provisioning/datasources/prometheus.yaml") as {
      datasources: { url: string; isDefault: boolean; jsonData: { timeInterval: string } }[];
    };
    expect(datasources).toHaveLength(1);
    expect(datasources[0]).toMatchObject({ url: "http://prometheus:9090", isDefault: true });
    expect(datasources[0]!.jsonData.timeInterval).toBe(prometheus.global.scrape_interval);
    const { providers } = read("provisioning/dashboards/llm-footprint.yaml") as {
      providers: { options: { path: string } }[];
    };
    expect(compose.services.grafana!.volumes).toContain(`./dashboards:${providers[0]!.options.path}:ro`);
  });

  test("what is published stays clear of the application's port, which Prometheus scrapes", () => {
    const published = Object.values(compose.services).flatMap(({ ports = [] }) =>
      ports.map((port) => port.split(":")[1]),
    );
    const [target] = prometheus.scrape_configs[0]!.static_configs[0]!.targets;
    const application = /^host\.docker\.internal:(\d+)$/.exec(target!)![1];
    expect(new Set([...published, application]).size).toBe(published.length + 1);
    // As the README's examples and the demo have it.
    expect(readFileSync(join(GRAFANA, "../README.md"), "utf8")).toContain(`http://localhost:${application}/metrics`);
    for (const [, name, port] of readFileSync(join(GRAFANA, "compose.yaml"), "utf8").matchAll(
      /(\w+): http:\/\/localhost:(\d+)/g,
    )) {
      const [, host] = compose.services[name!.toLowerCase()]!.ports![0]!.split(":");
      expect([name, port]).toStrictEqual([name, host]);
    }
  });

  test("Alertmanager's messages go where the receiver listens", () => {
    const { receivers } = read("alertmanager.yml") as { receivers: { webhook_configs: { url: string }[] }[] };
    const receiver = compose.services["alert-receiver"] as Service & { command: string[] };
    for (const { url } of receivers.flatMap(({ webhook_configs }) => webhook_configs)) {
      expect(new URL(url).host).toBe(`alert-receiver:${receiver.command.at(-1)}`);
    }
  });

  test("Prometheus reads rule files that exist", () => {
    for (const path of prometheus.rule_files) expect(existsSync(join(GRAFANA, path))).toBe(true);
  });
});

test("the runbook speaks of no modes but those that a budget can have", () => {
  const runbook = readFileSync(join(GRAFANA, "runbook.md"), "utf8");
  const named = [...runbook.matchAll(/\bmodes?(?: is)?((?:(?:,| and| or)?\s`\w+`)+)/g)].flatMap(([, list]) =>
    [...list!.matchAll(/\w+(?=`)/g)].map(([mode]) => mode),
  );
  expect(new Set(named)).toEqual(new Set(MODES));
});
