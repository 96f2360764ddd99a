import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";

import { ALERTING_RULES } from "../../grafana/source/alerts.ts";
import { RECORDING_RULES } from "../../grafana/source/recording-rules.ts";

const MAIN = join(import.meta.dirname, "../../grafana/stack/main.ts");

const running: ChildProcess[] = [];
afterEach(() => running.splice(0).forEach((child) => child.kill("SIGINT")));

function start(parameters: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child: ChildProcess = spawn(process.execPath, [MAIN, ...parameters], {
    env: { ...process.env, ...environment },
  });
  running.push(child);
  const said = { text: "" };
  for (const stream of [child.stdout!, child.stderr!])
    stream.on("data", (chunk: Buffer) => (said.text += chunk.toString()));
  return { child, said };
}

test("without the servers it says what is missing and how to install it", async () => {
  const { child, said } = start([], { PATH: dirname(process.execPath) });
  const [code] = (await once(child, "exit")) as [number];
  expect(code).toBe(1);
  expect(said.text).toContain("Not found: prometheus, promtool, prometheus-alertmanager");
  expect(said.text).toContain("apt-get install");
});

test("it starts, scrapes, and ends cleanly on Ctrl-C", async () => {
  const { child, said } = start(["--target", "127.0.0.1:9"]);
  const giveUpAt = Date.now() + 30_000;
  while (!said.text.includes("Ctrl-C") && Date.now() < giveUpAt) await delay(50);
  const [, url] = /Prometheus +(\S+)/.exec(said.text)!;
  const { data } = (await (await fetch(`${url!}/api/v1/rules`)).json()) as { data: { groups: { name: string }[] } };
  expect(data.groups.map(({ name }) => name).sort()).toEqual(
    [...RECORDING_RULES, ...ALERTING_RULES].map(({ name }) => name).sort(),
  );
  const { data: status } = (await (await fetch(`${url!}/api/v1/status/config`)).json()) as { data: { yaml: string } };
  expect(status.yaml).toContain("- 127.0.0.1:9\n");
  child.kill("SIGINT");
  const [code] = (await once(child, "exit")) as [number];
  expect(code).toBe(0);
  await expect(fetch(url!)).rejects.toThrow();
});
