import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dump } from "js-yaml";
import { beforeAll, describe, expect, test } from "vitest";

import { loadConfiguration } from "../../src/serve/configuration.ts";
import { VERSION } from "../../src/version.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { CHART, helm, installHelm, rendered, validate, type Manifest } from "./helm/chart.ts";

beforeAll(installHelm, 300_000);

const EVERYTHING = [
  "serviceMonitor.enabled=true",
  'serviceMonitor.labels={"release":"prometheus"}',
  "prometheusRule.enabled=true",
  'budgets=[{"name":"all","criterion":"co2eGrams","limit":"1 kg","window":"month","mode":"refuse"}]',
  'imagePullSecrets=[{"name":"registry"}]',
  'journal.storageClass="fast"',
];
const WITHOUT_JOURNAL = ["journal.enabled=false", "replicas=3"];

const of = (kind: string, manifests: readonly Manifest[]): Manifest => manifests.find((one) => one.kind === kind)!;

describe("the chart", () => {
  test("has no fault that helm finds", () => {
    expect(helm("lint", "--strict", CHART)).toContain("0 chart(s) failed");
  });

  test("is of the package's version", () => {
    expect(readFileSync(join(CHART, "Chart.yaml"), "utf8")).toMatch(
      new RegExp(`^version: ${VERSION}$[^]*^appVersion: ${VERSION}$`, "m"),
    );
  });

  test.for<[string, readonly string[], readonly string[]]>([
    ["by default", [], ["ConfigMap", "PersistentVolumeClaim", "Service", "Deployment"]],
    [
      "with everything",
      EVERYTHING,
      ["ConfigMap", "PersistentVolumeClaim", "Service", "Deployment", "PrometheusRule", "ServiceMonitor"],
    ],
    ["without a journal", WITHOUT_JOURNAL, ["ConfigMap", "Service", "Deployment"]],
  ])("makes manifests that Kubernetes and the operator take, %s", async ([, values, kinds]) => {
    const manifests = rendered(...values);
    expect(manifests.map(({ kind }) => kind)).toStrictEqual(kinds);
    for (const manifest of manifests) await validate(manifest);
  });

  test("is held to the schema of manifests", async () => {
    const deployment = of("Deployment", rendered());
    await expect(validate({ ...deployment, spec: { replicas: "one" } })).rejects.toThrow(/replicas/);
  });

  test.for([
    ["a value of another kind", "replicas=-1", /replicas/],
    ["a value that nobody knows", 'image={"repo":"x"}', /repo/],
    ["several replicas with one journal", "replicas=2", /replicas/],
    ["an address of its own", 'configuration={"listen":"0.0.0.0:80"}', /configuration/],
  ] as const)("refuses %s", ([, value, reason]) => {
    expect(() => rendered(value)).toThrow(reason);
  });

  test("writes a configuration that serve takes", () => {
    const folder = temporaryFolder();
    const { data } = of("ConfigMap", rendered(...EVERYTHING));
    for (const [name, text] of Object.entries(data!))
      writeFileSync(join(folder, name), text.replace("/etc/llm-footprint", folder));
    const environment = { FOOTPRINT_TOKEN: "a token", FOOTPRINT_SALT: "a salt" };
    expect(loadConfiguration(join(folder, "footprint.yaml"), environment)).toMatchObject({
      host: "0.0.0.0",
      port: 4141,
      token: "a token",
      salt: "a salt",
      journal: "/data/footprint.db",
      budgets: join(folder, "budgets.yaml"),
    });
  });

  test("listens, is asked, and is scraped at one port", () => {
    const manifests = rendered(...EVERYTHING);
    const text = (kind: string): string => JSON.stringify(of(kind, manifests).spec);
    expect(text("Deployment")).toContain('"ports":[{"name":"http","containerPort":4141}]');
    expect(text("Deployment").match(/"port":"http"/g)).toHaveLength(2);
    expect(text("Service")).toContain('{"name":"http","port":4141,"targetPort":"http"}');
    expect(text("ServiceMonitor")).toContain('"port":"http","path":"/metrics"');
    expect(readFileSync(join(CHART, "../../Dockerfile"), "utf8")).toContain("EXPOSE 4141");
  });

  test("brings the rules as they are, which promtool takes", () => {
    const rule = of("PrometheusRule", rendered(...EVERYTHING));
    const file = join(temporaryFolder(), "rules.yaml");
    writeFileSync(file, dump(rule.spec));
    expect(
      execFileSync("promtool", ["check", "rules", "--lint=all", "--lint-fatal", file], { encoding: "utf8" }),
    ).toContain("SUCCESS");
    for (const name of ["recording.yaml", "alerts.yaml"]) {
      expect(readFileSync(join(CHART, "rules", name), "utf8")).toBe(
        readFileSync(join(CHART, "../../../grafana/rules", name), "utf8"),
      );
    }
  });
});
