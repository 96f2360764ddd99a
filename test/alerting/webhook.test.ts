import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { AlertmanagerMessage } from "../../src/alerting/alertmanager.ts";
import type { BudgetEvent } from "../../src/budgets/accounts/events.ts";
import { budgetWebhook, type BudgetWebhookOptions } from "../../src/alerting/webhook.ts";
import { ConfigurationError } from "../../src/model/errors.ts";
import { exactly, range } from "../../src/model/range.ts";

const AT = new Date("2026-01-05T06:00Z");

const common = {
  at: AT,
  budget: "search",
  criterion: "co2eGrams",
  mode: "refuse",
  group: { team: "ads" },
  limit: 50_000,
  used: range(20_000, 40_000.25, 80_000),
  usedRatio: 0.800005,
  reserved: 0,
  resetsAt: new Date("2026-02-01T00:00Z"),
} as const;

const threshold: BudgetEvent = { ...common, type: "threshold", threshold: 0.8 };
const refused: BudgetEvent = { ...common, type: "refused", requestId: "r1", reason: "exhausted", estimate: 5 };
const reset = (usedRatio: number): BudgetEvent => ({
  ...common,
  type: "reset",
  at: new Date("2026-02-01T00:00Z"),
  thresholds: [0.5, 0.8],
  ended: { startedAt: new Date("2026-01-01T00:00Z"), used: exactly(usedRatio * 50_000), usedRatio },
});

describe("the budget webhook", () => {
  let server: Server;
  let received: { headers: IncomingHttpHeaders; body: string }[];
  /** The statuses to answer with, one after the other; 200 after that. */
  let answers: number[];

  beforeEach(async () => {
    received = [];
    answers = [];
    server = createServer((incoming, answer) => {
      void text(incoming).then((body) => {
        received.push({ headers: incoming.headers, body });
        const status = answers.shift() ?? 200;
        if (status === 0) incoming.socket.destroy();
        else answer.writeHead(status, { location: "http://127.0.0.1:1/" }).end("no");
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(async () => {
    server.close();
    await once(server, "close");
  });

  const webhook = (options: Partial<BudgetWebhookOptions> = {}) =>
    budgetWebhook({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
      retrySeconds: 0.001,
      ...options,
    });
  const messages = () => received.map(({ body }) => JSON.parse(body) as AlertmanagerMessage);
  const alerts = () => messages().flatMap((message) => message.alerts);

  test("posts an event as Alertmanager would", async () => {
    const send = webhook();
    send(threshold);
    await send.flush();
    const labels = {
      alertname: "LlmFootprintBudgetThreshold",
      severity: "info",
      threshold: "0.8",
      budget: "search",
      criterion: "co2eGrams",
      team: "ads",
    };
    const annotations = {
      summary: "Budget search: 80 % of 50000 co2eGrams used",
      description: "40000 co2eGrams used (20000 to 80000); the budget resets at 2026-02-01T00:00:00.000Z.",
    };
    expect(received[0]!.headers["content-type"]).toBe("application/json");
    expect(received[0]!.headers["webhook-signature"]).toBeUndefined();
    expect(messages()).toEqual([
      {
        version: "4",
        groupKey: "{}:{}",
        truncatedAlerts: 0,
        status: "firing",
        receiver: "llm-footprint",
        groupLabels: {},
        commonLabels: labels,
        commonAnnotations: annotations,
        externalURL: "",
        alerts: [
          {
            status: "firing",
            labels,
            annotations,
            startsAt: "2026-01-05T06:00:00.000Z",
            endsAt: "0001-01-01T00:00:00Z",
            generatorURL: "",
            fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
          },
        ],
      },
    ]);
  });

  test.each([
    ["text", "secret", Buffer.from("secret")],
    ["of Standard Webhooks", `whsec_${Buffer.from([1, 2, 255]).toString("base64")}`, Buffer.from([1, 2, 255])],
  ])("signs what it sends, with a secret that is %s", async (_, secret, key) => {
    const send = webhook({ secret });
    send(threshold);
    await send.flush();
    const { headers, body } = received[0]!;
    const signed = `${headers["webhook-id"] as string}.${headers["webhook-timestamp"] as string}.${body}`;
    expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
    expect(Math.abs(Number(headers["webhook-timestamp"]) - Date.now() / 1000)).toBeLessThan(60);
  });

  test("tries again after 500, 503, 408, 429 and a broken connection, under the same id", async () => {
    answers = [500, 503, 408, 429, 0];
    const send = webhook();
    send(threshold);
    await send.flush();
    expect(received).toHaveLength(6);
    expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(send.status).toEqual({ waiting: 0, dropped: 0 });
  });

  test.each([400, 404, 410])("gives up at %i, and goes on with the next", async (status) => {
    answers = [status];
    const send = webhook();
    send(threshold);
    send(refused);
    await send.flush();
    expect(alerts().map(({ labels }) => labels.alertname)).toEqual([
      "LlmFootprintBudgetThreshold",
      "LlmFootprintBudgetRefused",
    ]);
    expect(send.status).toEqual({ waiting: 0, dropped: 1 });
  });

  test("gives up after eight attempts, and follows no redirect", async () => {
    answers = [302, 500, 500, 500, 500, 500, 500, 500];
    const send = webhook();
    send(threshold);
    await send.flush();
    expect(received).toHaveLength(8);
    expect(send.status).toEqual({ waiting: 0, dropped: 1 });
  });

  const exhausted: BudgetEvent = { ...common, type: "exhausted" };

  test("what an outage kept from being delivered is posted when the receiver is back", async () => {
    answers = Array<number>(16).fill(503);
    const send = webhook();
    send(exhausted);
    send(refused);
    await send.flush();
    expect(send.status).toEqual({ waiting: 0, dropped: 2 });
    for (let index = 0; index < 50; index += 1) send({ ...refused, requestId: `r${index}` });
    const taken = () =>
      messages()
        .slice(16)
        .flatMap((message) => message.alerts);
    await expect
      .poll(() =>
        taken()
          .map(({ labels, status, startsAt }) => `${labels.alertname} ${status} ${startsAt}`)
          .sort(),
      )
      .toEqual([
        `LlmFootprintBudgetExhausted firing ${AT.toISOString()}`,
        `LlmFootprintBudgetRefused firing ${AT.toISOString()}`,
      ]);
  });

  test.each([
    ["has no answer", 503, 8],
    ["is rejected", 404, 1],
  ])("an alert that %s is posted again by itself", async (_, status, times) => {
    answers = Array<number>(times).fill(status);
    const send = webhook();
    send(exhausted);
    await send.flush();
    received = [];
    await expect.poll(() => alerts().map(({ labels }) => labels.alertname)).toEqual(["LlmFootprintBudgetExhausted"]);
  });

  test("an alert that is over before it could be delivered is only resolved", async () => {
    answers = Array<number>(8).fill(500);
    const send = webhook();
    send({ type: "store", at: AT, reachable: false, problem: "connection refused" });
    await send.flush();
    received = [];
    send({ type: "store", at: AT, reachable: true, problem: undefined });
    await send.flush();
    await setTimeout(150);
    expect(alerts().map(({ status }) => status)).toEqual(["resolved"]);
  });

  test("what the store and the clocks are up to is posted as well", async () => {
    const send = webhook();
    send({ type: "data_loss", at: AT, accounts: 3 });
    send({ type: "clock", at: AT, aheadSeconds: 86_400 });
    await send.flush();
    expect(alerts().map(({ labels, annotations }) => [labels.alertname, annotations.description])).toEqual([
      ["LlmFootprintBudgetStoreDataLost", "3 accounts were taken up from the last balances known to a process."],
      ["LlmFootprintBudgetClockFar", "It is 86400 s ahead; budgets go by the store's clock."],
    ]);
  });

  test("keeps 1,000 messages at most", async () => {
    const send = webhook();
    for (let index = 0; index < 1_010; index += 1) send({ ...threshold, group: { team: `team ${index}` } });
    expect(send.status).toEqual({ waiting: 1_000, dropped: 10 });
    await send.flush();
    expect(received).toHaveLength(1_000);
  });

  test("sends an alert that still fires only every four hours", async () => {
    const send = webhook();
    for (const hours of [0, 1, 3.99, 4, 5]) send({ ...refused, at: new Date(AT.getTime() + hours * 3_600_000) });
    await send.flush();
    expect(alerts().map(({ startsAt }) => startsAt)).toEqual([AT.toISOString(), AT.toISOString()]);
  });

  test("a reset resolves what the ended window had raised, here or by another replica", async () => {
    const send = webhook();
    send(threshold);
    send(reset(0.9));
    send(reset(1.2));
    await send.flush();
    expect(messages().map(({ status }) => status)).toEqual(["firing", "resolved", "resolved"]);
    expect(
      messages().map((message) => message.alerts.map(({ labels }) => labels.threshold ?? labels.alertname)),
    ).toEqual([["0.8"], ["0.5", "0.8"], ["0.5", "0.8", "LlmFootprintBudgetExhausted"]]);
    const [raised, half, resolved] = alerts();
    expect(resolved!.fingerprint).toBe(raised!.fingerprint);
    expect([half!.startsAt, resolved!.startsAt]).toEqual(["2026-01-01T00:00:00.000Z", AT.toISOString()]);
    expect(resolved!.endsAt).toBe("2026-02-01T00:00:00.000Z");
  });

  test("a refusal is resolved by the reset, where it was raised", async () => {
    const send = webhook();
    send(refused);
    send(reset(0.4));
    send(reset(0.4));
    await send.flush();
    expect(alerts().map(({ status, labels }) => [status, labels.alertname])).toEqual([
      ["firing", "LlmFootprintBudgetRefused"],
      ["resolved", "LlmFootprintBudgetRefused"],
    ]);
  });

  test("a store that cannot be reached fires, and is resolved", async () => {
    const send = webhook();
    send({ type: "store", at: AT, reachable: false, problem: "connection refused" });
    send({ type: "store", at: AT, reachable: true, problem: undefined });
    await send.flush();
    expect(alerts().map(({ status, annotations }) => [status, annotations.description])).toEqual([
      ["firing", "connection refused"],
      ["resolved", ""],
    ]);
  });
});

test.each(["", "nonsense", "ftp://example.org/", "file:///etc/passwd"])("a webhook refuses the URL %j", (url) => {
  expect(() => budgetWebhook({ url })).toThrow(ConfigurationError);
});
