import { createServer } from "node:net";
import { once } from "node:events";

import { expect, test } from "vitest";

import { startLocalProvider } from "../../examples/local-provider/local-provider.ts";
import { runExample } from "./child.ts";

const DEMO = "demo/main.ts";

test("--once makes a bounded run and prints the totals", async () => {
  const { code, output, errors } = await runExample(DEMO, {}, "--once").ended;
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  const [about, metrics, , ...totals] = output.split("\n");
  expect(about).toBe("Calls go to a local provider: no key, no network.");
  expect(metrics).toMatch(/^Metrics: http:\/\/127\.0\.0\.1:\d+\/metrics$/);
  expect(totals).toMatchInlineSnapshot(`
    [
      "66 requests: 60 completed, 4 abandoned, 2 failed; 0 % have a footprint",
      "",
      "    low  central  high",
      "",
      "team      requests   g CO2e",
      "data             4  unknown",
      "platform        16  unknown",
      "product          7  unknown",
      "search          25  unknown",
      "support         14  unknown",
      "",
    ]
  `);
});

test("serves its metrics, shows running totals, and ends cleanly on Ctrl-C", async () => {
  const child = runExample(DEMO, {}, "--port", "0");
  const [, url] = await child.printed(/^Metrics: (.*)$/m);
  await child.printed(/^\d+ requests · /m);
  const text = await (await fetch(url!)).text();
  child.process.kill("SIGINT");
  const { code, output, errors } = await child.ended;
  expect({ code, errors }).toEqual({ code: 0, errors: "" });

  const teams = [...text.matchAll(/^llm_footprint_attempts_total\{.*team="([^"]*)"/gm)].map(([, team]) => team);
  expect([...new Set(teams)].sort()).toEqual(["data", "platform", "product", "search", "support"]);
  expect(output.split("\n")).toContain("team      requests  g CO2e");
});

test("with a key it asks the real provider", async () => {
  await using provider = await startLocalProvider();
  const environment = { OPENAI_API_KEY: "a key", OPENAI_BASE_URL: provider.openaiBaseURL };
  const { code, output } = await runExample(DEMO, environment, "--once").ended;
  expect(code).toBe(0);
  expect(output).toContain("Calls go to the real providers and cost money.\n");
  expect(new Set(provider.requests.map(({ headers }) => headers.authorization))).toEqual(new Set(["Bearer a key"]));
});

test("a port that is in use is an error that says so", async () => {
  await using server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const { code, errors } = await runExample(DEMO, {}, "--port", String(port)).ended;
  expect({ code, errors }).toEqual({ code: 1, errors: `Port ${port} is in use; choose another one with --port.\n` });
});
