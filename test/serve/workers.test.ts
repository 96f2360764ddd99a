import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, Agent, request as httpRequest, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";

import { startLocalProvider } from "../../examples/local-provider/local-provider.ts";
import { configurationFile, killAll, serve, urlOf, type ServeProcess } from "./serve-process.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  killAll();
  for (const end of ends.splice(0)) await end();
});

/** A provider whose answers come after so many milliseconds. @returns its URL, and what it has answered */
async function provider(latencyMilliseconds: () => number) {
  const seen = { requests: 0, answered: 0, waiting: new Set<ServerResponse>() };
  const server = createServer((request, response) => {
    seen.requests++;
    request.resume().once("end", () => {
      seen.waiting.add(response);
      setTimeout(() => {
        seen.waiting.delete(response);
        seen.answered++;
        response.setHeader("content-type", "application/json");
        const id = `chatcmpl-of-the-provider-${seen.answered}`;
        response.end(JSON.stringify({ id, model: "gpt-4o", usage: { prompt_tokens: 10, completion_tokens: 5 } }));
      }, latencyMilliseconds());
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => (server.closeAllConnections(), server.close()));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const configured = (url: string, more = ""): string =>
  `listen: 127.0.0.1:0\nworkers: 2\nupstreams:\n  local: { url: "${url}", provider: openai, zone: USA }\n${more}`;

const BODY = JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "Hello" }] });

/** On a connection of its own, so that the workers take turns. @returns the status; undefined for one that broke off */
async function ask(url: string, body = BODY, path = "/local/v1/chat/completions"): Promise<number | undefined> {
  const agent = new Agent({ keepAlive: false });
  const request = httpRequest(`${url}${path}`, {
    agent,
    method: "POST",
    headers: { "content-type": "application/json" },
  });
  try {
    request.end(body);
    const [response] = (await once(request, "response")) as [Parameters<typeof text>[0] & { statusCode: number }];
    await text(response);
    return response.statusCode;
  } catch {
    return undefined;
  }
}

async function metric(url: string, name: string, ...having: readonly string[]): Promise<number> {
  const exposition = await (await fetch(`${url}/metrics`)).text();
  return exposition
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) && having.every((words) => line.includes(words)))
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

/** As the live page has them: at once. */
async function outcomes(url: string): Promise<Outcomes> {
  const page = (await (await fetch(`${url}/snapshot.json`)).json()) as Snapshot;
  return page.overall.requests;
}

interface Snapshot {
  readonly overall: { readonly requests: Outcomes };
}
type Outcomes = Readonly<Record<"completed" | "abandoned" | "failed", number>>;

const workersOf = ({ child }: ServeProcess): number[] =>
  execFileSync("ps", ["-o", "pid=", "--ppid", String(child.pid)], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map(Number)
    .sort((one, other) => one - other);

describe("several workers", { timeout: 120_000 }, () => {
  test("have one exact /metrics when one is killed under load, and it is started again", async () => {
    const { url: upstream, seen } = await provider(() => 5 + Math.random() * 20);
    const file = configurationFile(configured(upstream, "journal: FOLDER/footprint.db\n"));
    // Series that are new are held at zero: these are not, in the second run.
    const first = serve("--config", file);
    expect(await ask(await urlOf(first))).toBe(200);
    first.child.kill("SIGTERM");
    await first.exited;
    const server = serve("--config", file);
    const url = await urlOf(server);
    const before = workersOf(server);
    expect(before).toHaveLength(2);
    let killed = false;
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const own: (number | undefined)[] = [];
        for (let round = 0; round < 30; round++) {
          own.push(await ask(url));
          if (killed || own.length < 10) continue;
          killed = true;
          process.kill(before[0]!, "SIGKILL");
        }
        return own;
      }),
    );
    const answered = statuses.flat().filter((status) => status === 200).length;
    const brokenOff = 600 - answered;
    expect(brokenOff).toBeGreaterThan(0);
    expect(brokenOff).toBeLessThan(100);
    await server.says(new RegExp(`Worker ${before[0]} has ended \\(SIGKILL\\); another one is started`));
    await expect.poll(() => workersOf(server).length).toBe(2);
    expect(workersOf(server)).toContain(before[1]);
    const [{ completed, abandoned }, tokens] = await Promise.all([
      outcomes(url),
      metric(url, "llm_footprint_tokens_total"),
    ]);
    // Each answer counts once, with its tokens: all that came whole, and those that the death kept from the client.
    expect(tokens).toBe(15 * completed);
    expect(await metric(url, "llm_footprint_requests_total", 'outcome="completed"')).toBe(completed);
    expect(completed).toBeGreaterThanOrEqual(answered + 1);
    expect(completed).toBeLessThanOrEqual(seen.answered);
    // All else that had left counts as abandoned; one may have left and not reached the provider.
    expect(completed + abandoned).toBeGreaterThanOrEqual(seen.requests);
    expect(completed + abandoned).toBeLessThanOrEqual(601);
    expect(await ask(url)).toBe(200);
    expect(await metric(url, "llm_footprint_tokens_total")).toBe(15 * (completed + 1));
  });

  test("never let through more than a budget allows together", async () => {
    const { url: upstream, seen } = await provider(() => 20);
    const budget = "- name: few\n  criterion: requests\n  limit: 25\n  window: day\n  mode: refuse\n";
    const file = configurationFile(configured(upstream, "budgets: FOLDER/budgets.yaml\n"), { "budgets.yaml": budget });
    const server = serve("--config", file);
    const url = await urlOf(server);
    const statuses = await Promise.all(Array.from({ length: 100 }, () => ask(url)));
    expect(statuses.filter((status) => status === 200)).toHaveLength(25);
    expect(statuses.filter((status) => status === 429)).toHaveLength(75);
    expect(seen.requests).toBe(25);
    const refused = await fetch(`${url}/local/v1/chat/completions`, { method: "POST", body: BODY });
    expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toStrictEqual([429, true]);
    expect(await refused.text()).toContain('budget \\"few\\" has no room');
    expect(await outcomes(url)).toStrictEqual({ completed: 25, abandoned: 0, failed: 0 });
  });

  test("give back to a budget what a request that failed had reserved", async () => {
    const budget = "- name: few\n  criterion: requests\n  limit: 1\n  window: day\n  mode: refuse\n";
    const file = configurationFile(configured("http://127.0.0.1:9", "budgets: FOLDER/budgets.yaml\n"), {
      "budgets.yaml": budget,
    });
    const url = await urlOf(serve("--config", file));
    for (let round = 0; round < 5; round++) expect(await ask(url)).toBe(502);
  });

  test("all take on a configuration that is read again", async () => {
    const { url: upstream } = await provider(() => 0);
    const file = configurationFile(configured(upstream));
    const server = serve("--config", file);
    const url = await urlOf(server);
    writeFileSync(file, configured(upstream).replace("local:", "other:"));
    server.child.kill("SIGHUP");
    await server.says(/The configuration was read again/);
    const paths = ["/local/v1/chat/completions", "/other/v1/chat/completions"];
    for (const path of paths) {
      const statuses = await Promise.all(Array.from({ length: 8 }, () => ask(url, BODY, path)));
      expect(new Set(statuses)).toStrictEqual(new Set([path.startsWith("/other") ? 200 : 404]));
    }
    writeFileSync(file, configured(upstream).replace("workers: 2", "workers: 3"));
    server.child.kill("SIGHUP");
    await server.says(/The configuration stays as it was: .*workers cannot change while the server runs/);
  });

  test("drain on SIGTERM to the whole group, with everything in the journal", async () => {
    const { url: upstream, seen } = await provider(() => 1000);
    const file = configurationFile(configured(upstream, "journal: FOLDER/footprint.db\n"));
    const server = serve("--config", file);
    const url = await urlOf(server);
    const page = await fetch(`${url}/events`);
    expect(page.headers.get("content-type")).toContain("text/event-stream");
    const answers = Promise.all(Array.from({ length: 10 }, () => ask(url)));
    await expect.poll(() => seen.waiting.size).toBe(10);
    for (const pid of workersOf(server)) process.kill(pid, "SIGTERM");
    server.child.kill("SIGTERM");
    expect(await answers).toStrictEqual(Array.from({ length: 10 }, () => 200));
    expect((await server.exited)[0]).toBe(0);
    expect(server.written.stderr).toBe("");
    const again = serve("--config", file);
    expect(await metric(await urlOf(again), "llm_footprint_tokens_total")).toBe(150);
  });

  test("tell the first process the ids of their answers, and what the provider stated, word for word", async () => {
    const { url: upstream } = await provider(() => 0);
    const file = configurationFile(configured(upstream, "journal: FOLDER/footprint.db\n"));
    const server = serve("--config", file);
    const url = await urlOf(server);
    expect(await ask(url)).toBe(200);
    // Ids come in batches, soon after.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
    const attributes = [
      text("gen_ai.operation.name", "chat"),
      text("gen_ai.provider.name", "openai"),
      text("gen_ai.response.id", "chatcmpl-of-the-provider-1"),
    ];
    const span = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "00f067aa0ba902b7", attributes };
    const spans = [{ ...span, name: "chat", startTimeUnixNano: `${Date.now()}000000` }];
    const batch = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ scope: { name: "s" }, spans }] }] });
    expect(await ask(url, batch, "/v1/traces")).toBe(200);
    expect(await outcomes(url)).toStrictEqual({ completed: 1, abandoned: 0, failed: 0 });
    server.child.kill("SIGTERM");
    await server.exited;
    using database = new DatabaseSync(join(dirname(file), "footprint.db"));
    expect(database.prepare("SELECT rawUsage FROM request").all()).toMatchObject([
      { rawUsage: '{"prompt_tokens":10,"completion_tokens":5}' },
    ]);
  });

  test("follow a request in the background wherever it is asked after", async () => {
    const local = await startLocalProvider();
    ends.push(() => local[Symbol.asyncDispose]());
    const url = await urlOf(serve("--config", configurationFile(configured(local.url))));
    const body = JSON.stringify({ model: "gpt-4o", input: "Hello", background: true });
    const headers = { "content-type": "application/json", authorization: "Bearer sk-local" };
    const begun = await fetch(`${url}/local/v1/responses`, { method: "POST", headers, body });
    const { id } = (await begun.json()) as { readonly id: string };
    await expect
      .poll(
        async () =>
          ((await (await fetch(`${url}/local/v1/responses/${id}`, { headers })).json()) as { status: string }).status,
      )
      .toBe("completed");
    expect(await outcomes(url)).toStrictEqual({ completed: 1, abandoned: 0, failed: 0 });
  });

  test("that cannot listen end the server, with the reason", async () => {
    const { url: taken } = await provider(() => 0);
    const yaml = configured("http://127.0.0.1:9").replace("127.0.0.1:0", new URL(taken).host);
    const server = serve("--config", configurationFile(yaml));
    expect((await server.exited)[0]).not.toBe(0);
    expect(server.written.stderr).toContain("EADDRINUSE");
  });
});
