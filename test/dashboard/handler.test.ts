import { createServer, get, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import express from "express";
import { expect, onTestFinished, test } from "vitest";

import { explain } from "../../src/attribution/views/explain.ts";
import { dashboardHandler, type DashboardSources } from "../../src/dashboard/handler.ts";
import type { DashboardSnapshot } from "../../src/dashboard/snapshot.ts";
import { failedRecord, sampleFootprint, sampleRecord } from "../journal/sample-record.ts";
import { liveTotals } from "./live-totals.ts";

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function page(changes: Partial<DashboardSources> = {}) {
  const live = liveTotals(["team", "feature"]);
  const handler = dashboardHandler({ ...live, budgets: () => [], ...changes });
  const url = await serve((request, response) => void handler(request, response));
  return { live, handler, url };
}

test("the snapshot's numbers are those of the totals", async () => {
  const { live, url } = await page();
  live.add(sampleRecord());
  live.add(sampleRecord({ id: "r2", labels: { team: "support" } }));
  live.add(failedRecord({ labels: { team: "support" } }));
  const snapshot = (await (await fetch(`${url}/snapshot.json`)).json()) as DashboardSnapshot;
  expect(snapshot.overall).toStrictEqual(JSON.parse(JSON.stringify(live.totals().overall)));
  expect(snapshot.causes["team"]).toMatchObject([
    { value: "support", requests: 2, tokens: 500, co2eGrams: { low: 0.57, central: 1.14, high: 2.28 } },
    { value: "search", requests: 1, tokens: 500, co2eGrams: { low: 0.57, central: 1.14, high: 2.28 } },
  ]);
  expect(snapshot.evidence).toStrictEqual({ operator_lca: { requests: 2, co2eGrams: 2.28 } });
  expect(snapshot.recent.map(({ id }) => id)).toStrictEqual(["failed", "r2", "r1"]);
  expect(snapshot.recent[0]).not.toHaveProperty("co2eGrams");
  expect(snapshot.history.buckets.reduce((sum, { requests }) => sum + requests, 0)).toBe(3);
});

test("the snapshot says of how many requests each criterion is known", async () => {
  const { live, url } = await page();
  const { energyJoules: _unknown, ...withoutEnergy } = sampleFootprint;
  live.add(sampleRecord());
  live.add(sampleRecord({ id: "r2", model: "other", footprint: withoutEnergy }));
  live.add(failedRecord());
  const { known } = (await (await fetch(`${url}/snapshot.json`)).json()) as DashboardSnapshot;
  expect(known).toStrictEqual({ footprint: 2, co2eGrams: 2, waterLitres: 2, energyJoules: 1 });
});

test("causes beyond the twenty largest are added up, and nothing is lost", async () => {
  const { live, url } = await page();
  for (let n = 0; n < 25; n++) live.add(sampleRecord({ id: `r${n}`, labels: { team: `team ${n}` } }));
  const { causes } = (await (await fetch(`${url}/snapshot.json`)).json()) as DashboardSnapshot;
  expect(causes["team"]).toHaveLength(21);
  expect(causes["team"]!.at(-1)).toMatchObject({ requests: 5, tokens: 2500 });
  expect(causes["team"]!.at(-1)).not.toHaveProperty("value");
  expect(causes["team"]!.reduce((sum, { requests }) => sum + requests, 0)).toBe(25);
});

test("an open page gets the present state at once and each change after it", async () => {
  const { live, url, handler } = await page();
  const response = await fetch(`${url}/events`);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const events = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const requests = async () => {
    const text = (await events.read()).value!;
    return (JSON.parse(/^event: snapshot\ndata: (.*)\n\n$/.exec(text)![1]!) as DashboardSnapshot).overall.requests;
  };
  expect((await requests()).completed).toBe(0);
  live.add(sampleRecord());
  live.add(sampleRecord({ id: "r2" }));
  expect((await requests()).completed).toBe(2);
  handler.close();
  expect(await events.read()).toStrictEqual({ done: true, value: undefined });
  expect(live.listeners.size).toBe(0);
});

test("a recent request is explained, another is not found", async () => {
  const { live, url } = await page({ explain });
  live.add(sampleRecord({ id: "a/b" }));
  const response = await fetch(`${url}/requests/${encodeURIComponent("a/b")}.json`);
  expect(await response.json()).toMatchObject({
    record: { id: "a/b", model: "mistral-large-2" },
    derivation: {
      model: "mistral-large-2407",
      notes: ["This is not what was recorded: the catalogue or the options have changed since."],
      steps: expect.any(Array) as unknown,
    },
  });
  expect((await fetch(`${url}/requests/other.json`)).status).toBe(404);
});

test("the page brings everything itself and allows nothing else", async () => {
  const { url } = await page();
  const response = await fetch(url);
  const html = await response.text();
  const policy = response.headers.get("content-security-policy")!;
  expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';/);
  expect(policy).not.toContain("unsafe");
  const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address!);
  expect(addresses).toHaveLength(5);
  for (const address of addresses.filter((one) => one !== "data:,")) {
    const asset = await fetch(`${url}/${address}`);
    expect([address, asset.status]).toStrictEqual([address, 200]);
    const again = await fetch(`${url}/${address}`, { headers: { "If-None-Match": asset.headers.get("etag") ?? "" } });
    expect([address, again.status]).toStrictEqual([address, address === "snapshot.json" ? 200 : 304]);
  }
});

test("it can only be read, and nothing outside it", async () => {
  const { url } = await page();
  for (const method of ["POST", "PUT", "DELETE"]) expect((await fetch(url, { method })).status).toBe(405);
  const head = await fetch(url, { method: "HEAD" });
  expect([head.status, await head.text()]).toStrictEqual([200, ""]);
  for (const path of [
    "nothing",
    "assets/..%2f..%2fpackage.json",
    "assets/../../package.json",
    "requests/%E0%A4%A.json",
  ]) {
    expect([path, (await fetch(`${url}/${path}`)).status]).toStrictEqual([path, 404]);
  }
});

const statusFor = async (url: string, host: string): Promise<{ status: number; body: string }> => {
  const { hostname, port, pathname } = new URL(url);
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ hostname, port, path: pathname, headers: { host } }, resolve).on("error", reject);
  });
  return { status: incoming.statusCode!, body: await text(incoming) };
};

test("without authorize it answers to this machine's names, to addresses and to allowed hosts; others learn nothing", async () => {
  const { url } = await page({ allowedHosts: ["Footprint.example.com", "other.example.com:8080"] });
  const own = ["localhost", "localhost:3000", "LOCALHOST.", "app.localhost", "127.0.0.1:9", "[::1]:9", "192.168.1.7"];
  const allowed = ["footprint.example.com", "footprint.example.com:443", "other.example.com:8080"];
  for (const host of [...own, ...allowed]) {
    expect([host, (await statusFor(`${url}/snapshot.json`, host)).status]).toStrictEqual([host, 200]);
  }
  const foreign = ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "other.example.com:81", "[::1"];
  for (const path of ["", "/snapshot.json", "/events", "/assets/style.css"]) {
    for (const host of foreign) {
      expect([host, (await statusFor(url + path, host)).status]).toStrictEqual([host, 421]);
    }
  }
  expect((await statusFor(url, "evil.example")).body).toBe(
    'This page does not answer to the host "evil.example". Name it in dashboard({ allowedHosts }), or protect the page with authorize.\n',
  );
});

test("with authorize any host will do, unless hosts are named", async () => {
  const { url } = await page({ authorize: () => true });
  expect((await statusFor(url, "footprint.example.com")).status).toBe(200);
  const named = await page({ authorize: () => true, allowedHosts: ["footprint.example.com"] });
  expect((await statusFor(named.url, "footprint.example.com")).status).toBe(200);
  expect((await statusFor(named.url, "evil.example")).status).toBe(421);
});

test("an anonymous reader opens ten streams at most, and leaves the others to those from other addresses", async () => {
  const { url } = await page();
  const { port } = new URL(url);
  const open = async (localAddress: string): Promise<number> => {
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = get({ host: "127.0.0.1", port, path: "/events", localAddress, agent: false }, resolve);
      request.on("error", reject);
      onTestFinished(() => void request.destroy());
    });
    return incoming.statusCode!;
  };
  const statuses = [];
  for (let n = 0; n < 12; n++) statuses.push(await open("127.0.0.1"));
  expect(statuses).toStrictEqual([...Array<number>(10).fill(200), 429, 429]);
  expect(await open("127.0.0.2")).toBe(200);
  const trusted = await page({ authorize: "s3cret" });
  const authorization = { headers: { authorization: "Bearer s3cret" } };
  const all = await Promise.all(Array.from({ length: 12 }, () => fetch(`${trusted.url}/events`, authorization)));
  expect(all.map(({ status }) => status)).toStrictEqual(Array(12).fill(200));
  trusted.handler.close();
});

test("HEAD of the stream is answered at once, and takes no place", async () => {
  const { url } = await page();
  for (let n = 0; n < 60; n++) {
    const head = await fetch(`${url}/events`, { method: "HEAD" });
    expect([head.status, head.headers.get("content-type"), await head.text()]).toStrictEqual([
      200,
      "text/event-stream",
      "",
    ]);
  }
});

test("a token opens it as a bearer's and as a password; anything else does not", async () => {
  const { url } = await page({ authorize: "s3cret" });
  const status = async (authorization?: string) =>
    (await fetch(`${url}/snapshot.json`, authorization === undefined ? {} : { headers: { authorization } })).status;
  expect(await status("Bearer s3cret")).toBe(200);
  expect(await status(`Basic ${btoa("anyone:s3cret")}`)).toBe(200);
  for (const wrong of [undefined, "Bearer s3cre", "Bearer", "s3cret", `Basic ${btoa("s3cret:")}`, "Basic !"]) {
    expect([wrong, await status(wrong)]).toStrictEqual([wrong, 401]);
  }
  expect((await fetch(`${url}/events`)).headers.get("www-authenticate")).toBe(
    'Basic realm="llm-footprint", charset="UTF-8"',
  );
});

test("a callback decides; one that fails lets nobody in", async () => {
  const byHeader = await page({ authorize: (request) => Promise.resolve(request.headers["x-user"] === "ada") });
  expect((await fetch(byHeader.url, { headers: { "x-user": "ada" } })).status).toBe(200);
  expect((await fetch(byHeader.url)).status).toBe(401);
  const failing = await page({ authorize: () => Promise.reject(new Error("no user store")) });
  const response = await fetch(failing.url);
  expect([response.status, await response.text()]).toStrictEqual([500, "The page could not be made.\n"]);
});

test("express may mount it anywhere, with and without a slash", async () => {
  const handler = dashboardHandler({ ...liveTotals([]), budgets: () => [] });
  const app = express();
  app.use("/internal/footprint", handler);
  const url = await serve(app as RequestListener);
  const response = await fetch(`${url}/internal/footprint`);
  expect([response.status, response.url]).toStrictEqual([200, `${url}/internal/footprint/`]);
  expect((await fetch(`${url}/internal/footprint/assets/style.css`)).status).toBe(200);
});
