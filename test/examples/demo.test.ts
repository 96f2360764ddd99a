import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";

import { startLocalProvider } from "../../examples/local-provider/local-provider.ts";
import { installedProject } from "../packed-package.ts";
import { runExample, runProgram } from "./child.ts";

const DEMO = "demo/main.ts";
const TIMEOUT = { timeout: 60_000 };

const numberOf = (text: string | undefined): number => Number(text!.replaceAll(",", ""));

test("the demo with --once makes a bounded run and prints the totals", TIMEOUT, async () => {
  const { code, output, errors } = await runExample(DEMO, {}, "--once").ended;
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  const [about, page, metrics, , ...totals] = output.split("\n");
  expect(about).toBe("Calls go to a local provider: no key, no network.");
  expect(page).toMatch(/^Page: {4}http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(metrics).toMatch(/^Metrics: http:\/\/127\.0\.0\.1:\d+\/metrics$/);
  const [requests, , header, ...rows] = totals;
  expect(requests).toMatch(/^55 requests: 49 completed, 4 abandoned, 2 failed; \d+(\.\d)? % have a footprint$/);
  expect(header).toMatch(/^ +low +central +high$/);
  const criteria = rows.slice(0, 5).map((row) => /^(.*?) {2,}(\D+?) +([\d.,]+) +([\d.,]+) +([\d.,]+)$/.exec(row)!);
  expect(criteria.map(([, name, unit]) => [name, unit])).toEqual([
    ["CO2e", "g"],
    ["water", "mL"],
    ["electricity", "Wh"],
    ["primary energy", "kJ"],
    ["minerals", "mg Sb eq"],
  ]);
  for (const [, , , low, central, high] of criteria) {
    expect(numberOf(low)).toBeLessThan(numberOf(central));
    expect(numberOf(central)).toBeLessThan(numberOf(high));
  }
  const teams = rows.slice(6).map((row) => row.split(/ {2,}/));
  expect(teams.map(([team, count]) => [team, count])).toEqual([
    ["team", "requests"],
    ["data", "3"],
    ["platform", "13"],
    ["product", "6"],
    ["search", "21"],
    ["support", "12"],
    ["", undefined],
  ]);
  // Each is shown with three digits.
  const sum = teams.slice(1, -1).reduce((grams, [, , ofTeam]) => grams + numberOf(ofTeam), 0);
  expect(Math.abs(sum / numberOf(criteria[0]![4]) - 1)).toBeLessThan(0.005);
});

test("the demo serves its metrics, shows running totals, and ends cleanly on Ctrl-C", TIMEOUT, async () => {
  const child = runExample(DEMO, {}, "--port", "0");
  const [, url] = await child.printed(/^Metrics: (.*)$/m);
  await child.printed(/^\d+ requests · /m);
  const teamsNow = async (): Promise<string[]> => {
    const text = await (await fetch(url!)).text();
    const teams = [...text.matchAll(/^llm_footprint_attempts_total\{.*team="([^"]*)"/gm)].map(([, team]) => team!);
    return [...new Set(teams)].sort();
  };
  await expect.poll(teamsNow).toEqual(["data", "platform", "product", "search", "support"]);
  child.process.kill("SIGINT");
  const { code, output, errors } = await child.ended;
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  expect(output).toMatch(/^team +requests +g CO2e$/m);
});

test("the demo asks no real provider because a key happens to be set", TIMEOUT, async () => {
  await using provider = await startLocalProvider();
  const environment = {
    OPENAI_API_KEY: "a key",
    OPENAI_BASE_URL: provider.openaiBaseURL,
    MISTRAL_API_KEY: "a key",
    MISTRAL_SERVER_URL: provider.mistralServerURL,
  };
  const { code, output } = await runExample(DEMO, environment, "--once").ended;
  expect(code).toBe(0);
  expect(output).toContain("Calls go to a local provider: no key, no network.\n");
  expect(provider.requests).toHaveLength(0);
});

test("the demo with --real and no key is an error that names the keys", TIMEOUT, async () => {
  const { code, errors } = await runExample(DEMO, {}, "--once", "--real").ended;
  expect({ code, errors }).toEqual({
    code: 1,
    errors: "--real: expected OPENAI_API_KEY or MISTRAL_API_KEY to be set.\n",
  });
});

test("the demo with --real and a key asks the real provider", TIMEOUT, async () => {
  await using provider = await startLocalProvider();
  const environment = { OPENAI_API_KEY: "a key", OPENAI_BASE_URL: provider.openaiBaseURL };
  const { code, output } = await runExample(DEMO, environment, "--once", "--real").ended;
  expect(code).toBe(0);
  expect(output).toContain("Calls go to the real providers and cost money.\n");
  expect(new Set(provider.requests.map(({ headers }) => headers.authorization))).toEqual(new Set(["Bearer a key"]));
});

test("the demo ends with an error that says so when the port is in use", TIMEOUT, async () => {
  await using server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const { code, errors } = await runExample(DEMO, {}, "--port", String(port)).ended;
  expect({ code, errors }).toEqual({ code: 1, errors: `Port ${port} is in use; choose another one with --port.\n` });
});

test(
  "llm-footprint demo runs from the packed package, with no SDK, and counts as the demo with SDKs does",
  TIMEOUT,
  async () => {
    await using project = await installedProject();
    const program = join(project.installed, "dist/node/cli.js");
    const child = runProgram(program, {}, "demo", "--once");
    const { code, output, errors } = await child.ended;
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(output).toContain("Calls go to a local provider: no key, no network.\n");
    expect(output).toMatch(/^55 requests: 49 completed, 4 abandoned, 2 failed; 85\.5 % have a footprint$/m);
    const teams = [...output.matchAll(/^(data|platform|product|search|support) +(\d+) /gm)].map(([, ...row]) => row);
    expect(Object.fromEntries(teams)).toEqual({ data: "3", platform: "13", product: "6", search: "21", support: "12" });
  },
);

test(
  "llm-footprint demo serves page and metrics, asks no real provider by itself, and --real needs a key",
  TIMEOUT,
  async () => {
    await using provider = await startLocalProvider();
    const program = join(import.meta.dirname, "../../dist/node/cli.js");
    const keys = { OPENAI_API_KEY: "a key", OPENAI_BASE_URL: provider.openaiBaseURL };
    const child = runProgram(program, keys, "demo", "--port", "0");
    const [, url] = await child.printed(/^Page: {4}(.*)$/m);
    await child.printed(/^\d+ requests · /m);
    expect((await fetch(`${url!}snapshot.json`)).status).toBe(200);
    expect(await (await fetch(`${url!}metrics`)).text()).toContain("llm_footprint_requests_total{");
    child.process.kill("SIGINT");
    expect((await child.ended).code).toBe(0);
    expect(provider.requests).toHaveLength(0);

    expect((await runProgram(program, keys, "demo", "--once", "--real").ended).code).toBe(0);
    expect(new Set(provider.requests.map(({ headers }) => headers.authorization))).toEqual(new Set(["Bearer a key"]));
    const { code, errors } = await runProgram(program, {}, "demo", "--once", "--real").ended;
    expect({ code, errors: errors.trim() }).toEqual({
      code: 2,
      errors: "llm-footprint: demo: --real: expected OPENAI_API_KEY or MISTRAL_API_KEY to be set.",
    });
  },
);
