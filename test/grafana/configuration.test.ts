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
const prometheus = read("prometheus.yml") as { global: { scrape_interval: string }; rule_files: string[] };

describe("the stack of containers", () => {
  test.each(Object.entries(compose.services))(
    "%s is pinned, reachable from this machine only, and mounts what exists",
    (_, service) => {
      expect(service.image).toMatch(/^[a-z/]+:v?\d+\.\d+\.\d+(-alpine)?$/);
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
      for (const volume of service.volumes) {
        const [source] = volume.split(":");
        if (source!.startsWith("./")) expect(existsSync(join(GRAFANA, source!))).toBe(true);
        else expect(compose.volumes).toHaveProperty([source!]);
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
