import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createMeter } from "llm-footprint";
import OpenAI from "openai";
import { expect, test } from "vitest";

import { startLocalProvider } from "../../examples/local-provider/local-provider.ts";
import { startAlertReceiver, type ReceivedAlert } from "../../grafana/stack/alert-receiver.ts";
import { writeConfiguration } from "../../grafana/stack/configuration.ts";
import { freePort } from "../../grafana/stack/server-process.ts";
import { startAlertmanager, startPrometheus } from "../../grafana/stack/servers.ts";

/** A meter whose budget stands in a file, as an operator writes it. */
function meterWithLimit(directory: string, limit: string) {
  const path = join(directory, "budgets.yaml");
  writeFileSync(
    path,
    `budgets:
  - name: search
    criterion: co2eGrams
    limit: ${limit}
    window: month
    timeZone: UTC
    groupBy: [team]
`,
  );
  return createMeter({ labels: ["team"], zeroHoldSeconds: 0, budgets: path });
}

async function waitFor<Value>(find: () => Value | undefined | Promise<Value | undefined>): Promise<Value> {
  const giveUpAt = Date.now() + 20_000;
  while (Date.now() < giveUpAt) {
    const found = await find();
    if (found !== undefined) return found;
    await delay(25);
  }
  throw new Error("waited 20 s in vain");
}

test("metered calls use a budget up; the alert reaches the receiver with the meter's own figure, and is resolved", async () => {
  await using provider = await startLocalProvider();
  const directory = mkdtempSync(join(tmpdir(), "llm-footprint-alerting-"));
  const received: ReceivedAlert[] = [];
  const receiver = await startAlertReceiver(0, (alert) => received.push(alert));
  let meter = meterWithLimit(directory, "0.00001 g");
  const accepted = new Set<string>();
  const application = createServer((request, response) => {
    accepted.add(request.headers.accept ?? "");
    void meter.metricsHandler()(request, response);
  }).listen(0, "127.0.0.1");
  await once(application, "listening");
  const target = `127.0.0.1:${(application.address() as AddressInfo).port}`;
  const alertmanagerAddress = `127.0.0.1:${await freePort()}`;
  const files = writeConfiguration(
    directory,
    { targets: [target], alertmanager: alertmanagerAddress, alertReceiver: `127.0.0.1:${receiver.port}` },
    { interval: "100ms", groupInterval: "100ms" },
  );
  const alertmanager = await startAlertmanager(directory, files.alertmanager, alertmanagerAddress);
  const prometheus = await startPrometheus(directory, files.prometheus, ["--rules.alert.resend-delay=100ms"]);
  try {
    const openai = meter.wrap(new OpenAI({ apiKey: "none", baseURL: provider.openaiBaseURL }), {
      provider: "openai",
      labels: { team: "search" },
    });
    for (let call = 0; call < 3; call += 1) {
      await openai.chat.completions.create({ model: "gpt-4o-mini", messages: [{ role: "user", content: "Hello" }] });
    }
    await meter.flush();
    const used = meter.totals().overall.co2eGrams!.central;

    const exhausted = ({ status, labels }: ReceivedAlert, which: string) =>
      labels.alertname === "LlmFootprintBudgetExhausted" && status === which;
    const fired = await waitFor(() => received.find((alert) => exhausted(alert, "firing")));
    expect(fired.labels).toMatchObject({
      budget: "search",
      criterion: "co2eGrams",
      group: "team=search",
      severity: "warning",
    });

    const query = `${prometheus.url}/api/v1/query?query=${encodeURIComponent('ALERTS{alertname="LlmFootprintBudgetExhausted"} * on (budget) budget:llm_footprint_budget_used:max')}`;
    const alertUsed = await waitFor(async () => {
      const { data } = (await (await fetch(query)).json()) as { data: { result: { value: [number, string] }[] } };
      return data.result[0]?.value[1];
    });
    // The totals add phase by phase, the budget request by request: equal but for the last bits of a double.
    expect(Number(alertUsed).toPrecision(12)).toBe(used.toPrecision(12));
    expect([...accepted].every((accept) => accept.includes("application/openmetrics-text"))).toBe(true);

    const exhaustedMeter = meter;
    meter = meterWithLimit(directory, "1 kg");
    await exhaustedMeter.close();
    await waitFor(() => received.find((alert) => exhausted(alert, "resolved")));
  } finally {
    await prometheus.stop();
    await alertmanager.stop();
    await meter.close();
    application.closeAllConnections();
    application.close();
    receiver.close();
    rmSync(directory, { recursive: true });
  }
});
