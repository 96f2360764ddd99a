import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { importHistory, startPrometheus } from "../../grafana/stack/servers.ts";
import type { ServerProcess } from "../../grafana/stack/server-process.ts";
import { readCalibration, type CalibrationRequest } from "../../src/calibrate/read-calibration.ts";
import { createCatalogue, createMeter } from "../../src/index.ts";
import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import { commandLine } from "../cli/command-line.ts";
import { changing, simulate, type Load, type Naming, type Simulation } from "./simulated-gpus.ts";

const HOURS = 12;
const NOW = Math.floor(Date.now() / 86_400_000) * 86_400;
const FROM = NOW - HOURS * 3600;
const period = {
  from: new Date(FROM * 1000),
  to: new Date(NOW * 1000),
  title: "",
  timeZone: "UTC",
};

const varied = (model: string, second: number): Load => ({
  input: 4000 * changing(`${model} input`, 300)(second),
  cached: 6000 * changing(`${model} cached`, 450)(second),
  output: 900 * changing(`${model} output`, 600)(second),
});
const freshOnly = (model: string, second: number): Load => ({ ...varied(model, second), cached: 0 });

const LLAMA = { input: 0.08, cached: 0.006, output: 1.4 };
const MISTRAL = { input: 0.03, cached: 0.003, output: 0.5 };
const ONE: Simulation = { idleWatts: 120, devices: 2, models: { "acme/llama": LLAMA }, load: varied, noise: 0.01 };

const named = (name: string): Naming => ({
  energy: `${name}_millijoules`,
  input: `${name}_input`,
  output: `${name}_output`,
});

/** What each case is simulated with, and how its series are called. */
const CASES: Readonly<Record<string, readonly (readonly [Simulation, Naming])[]>> = {
  found: [
    [
      ONE,
      {
        energy: "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION",
        input: "vllm:prompt_tokens_total",
        output: "vllm:generation_tokens_total",
        cached: "vllm:prefix_cache_hits_total",
      },
    ],
  ],
  broken: [
    [
      { ...ONE, load: freshOnly },
      {
        ...named("broken"),
        tokensLater: 7,
        missed: (second) => second > 7000 && second < 9500,
        restarts: [3600, 14_400, 30_000],
      },
    ],
  ],
  two: [[{ ...ONE, models: { llama: LLAMA, mistral: MISTRAL }, load: freshOnly }, named("two")]],
  pods: [
    [
      { ...ONE, models: { llama: LLAMA }, load: freshOnly },
      { ...named("pods"), labels: { pod: "a" } },
    ],
    [
      { ...ONE, idleWatts: 60, models: { mistral: MISTRAL }, load: freshOnly },
      { ...named("pods"), labels: { pod: "b" } },
    ],
  ],
  together: [
    [
      { ...ONE, load: (_, second) => ({ ...freshOnly("a", second), output: freshOnly("a", second).input / 5 }) },
      named("together"),
    ],
  ],
  steady: [[{ ...ONE, load: () => ({ input: 2000, cached: 0, output: 400 }) }, named("steady")]],
  idle: [
    [
      {
        ...ONE,
        load: (model, second) =>
          changing("busy", 600)(second) < 0.1 ? freshOnly(model, second) : { input: 0, cached: 0, output: 0 },
      },
      named("idle"),
    ],
  ],
};

let folder: string;
let prometheus: ServerProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "calibrate-"));
  const openMetrics = join(folder, "history.om");
  // Series of one name stand together.
  const blocks = new Map<string, string[]>();
  for (const [simulation, naming] of Object.values(CASES).flat()) {
    let metric = "";
    for (const line of simulate(simulation, naming, FROM, HOURS * 3600).split("\n")) {
      if (line.startsWith("#")) metric = line;
      blocks.set(metric, [...(blocks.get(metric) ?? []), ...(line.startsWith("#") ? [] : [line])]);
    }
  }
  const text = Array.from(blocks, ([type, lines]) => [type, ...lines].join("\n")).join("\n");
  writeFileSync(openMetrics, `${text}\n# EOF\n`);
  importHistory(openMetrics, folder);
  const configuration = join(folder, "prometheus.yml");
  writeFileSync(configuration, "{}");
  prometheus = await startPrometheus(folder, configuration);
}, 60_000);

afterAll(async () => {
  await prometheus.stop();
  rmSync(folder, { recursive: true, force: true });
});

function read(name: string, more: Partial<CalibrationRequest> = {}) {
  const { energy, input, output } = named(name);
  return readCalibration(
    { url: prometheus.url },
    {
      period,
      windowSeconds: 300,
      model: "unknown",
      given: {
        energy: { selector: energy, unit: "mJ", boundary: "accelerator" },
        tokens: { input, output, inputHoldsCached: true, modelLabel: "model_name" },
      },
      ...more,
    },
    { organisation: "Acme", url: prometheus.url, now: new Date() },
    defaultCatalogue(),
  );
}

const within2Percent = (found: { central: number; low: number; high: number }, truth: number): void => {
  expect(Math.abs(found.central / truth - 1)).toBeLessThan(0.02);
  expect(found.low).toBeLessThanOrEqual(truth * 1.005);
  expect(found.high).toBeGreaterThanOrEqual(truth * 0.995);
};

test("finds the series of DCGM and vLLM, recovers all energies within 2 %, and writes factors that the meter takes", async () => {
  const file = join(folder, "calibrated.yaml");
  const [from, to] = [period.from.toISOString(), period.to.toISOString()];
  const { status, output, errors } = await commandLine([
    ...["calibrate", "--prometheus", prometheus.url, "--from", from, "--to", to],
    ...["--organisation", "Acme", "--output", file],
  ]);
  expect({ status, errors }, output).toStrictEqual({ status: 0, errors: "" });
  expect(output).toContain("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION (mJ, accelerator)");
  expect(output).toContain("vllm:prefix_cache_hits_total");
  const catalogue = createCatalogue({ files: [file] });
  const factor = catalogue.factor("own.acme-llama.calibrated")!;
  expect(factor).toMatchObject({
    evidence: "user_measured",
    publisher: "Acme",
    boundary: { accelerator: "yes", host: "no", idle: "yes", facility: "no" },
  });
  within2Percent(factor.metrics.energyJoules!, LLAMA.output);
  within2Percent(factor.parameters!["energyJoulesPerInputToken"]!, LLAMA.input);
  within2Percent(factor.parameters!["energyJoulesPerCacheReadToken"]!, LLAMA.cached);
  expect(factor.source.locator).toMatch(/ windows of 300 s, .* SHA-256 [0-9a-f]{64}$/);
  expect(factor.notes).toContain("increase(vllm:prompt_tokens_total[300000ms])");
  expect(await commandLine(["factors", "--check", file])).toMatchObject({ status: 0, errors: "" });

  const meter = createMeter({ catalogue });
  const usage = { inputTokens: 1000, outputTokens: 100 };
  const record = meter.record({ provider: "vllm", model: "acme/llama", operation: "chat", usage });
  expect(record).toMatchObject({ footprint: { evidence: "user_measured" } });
});

test("restarts and gaps are left out and said, and what is left is recovered within 2 %", async () => {
  const { calibration, findings, certain } = await read("broken");
  expect(certain).toBe(true);
  expect(findings.join("\n")).toMatch(/^\d+ windows are left out: samples are missing\.$/m);
  expect(findings.join("\n")).toMatch(/^\d windows are left out: a counter began anew\.$/m);
  const [{ perToken }] = calibration.models as [(typeof calibration.models)[0]];
  within2Percent(calibration.idle[0]!, 120);
  within2Percent(perToken.input!, LLAMA.input);
  within2Percent(perToken.output!, LLAMA.output);
});

test("two models on the same devices are told apart where their loads differ, and share the idling by tokens", async () => {
  const { calibration, findings } = await read("two");
  const of = (model: string) => calibration.models.find((each) => each.model === model)!;
  within2Percent(calibration.idle[0]!, 120);
  within2Percent(of("llama").perToken.output!, LLAMA.output);
  within2Percent(of("mistral").perToken.output!, MISTRAL.output);
  within2Percent(of("llama").perToken.input!, LLAMA.input);
  expect(of("mistral").perToken.input!.low).toBeLessThanOrEqual(MISTRAL.input);
  expect(of("mistral").perToken.input!.high).toBeGreaterThanOrEqual(MISTRAL.input);
  expect(of("llama").idlePerToken.central).toBeCloseTo(of("mistral").idlePerToken.central, 9);
  expect(findings.join("\n")).toContain("llama and mistral work on the same devices");
});

test("--join keeps the devices of each pod apart", async () => {
  const { calibration, findings } = await read("pods", { join: { energy: "pod", tokens: "pod" } });
  const watts = calibration.idle.map(({ column, central }) => [column, Math.round(central / 10) * 10]);
  expect(watts).toStrictEqual([
    [{ kind: "idle", group: "a" }, 120],
    [{ kind: "idle", group: "b" }, 60],
  ]);
  const [llama, mistral] = calibration.models;
  within2Percent(llama!.perToken.output!, LLAMA.output);
  within2Percent(mistral!.perToken.output!, MISTRAL.output);
  expect(findings).toStrictEqual([]);
});

test("input and output that go together are not told apart: it is said, and the range holds the truth", async () => {
  const { calibration, findings, certain } = await read("together");
  expect(certain).toBe(false);
  const [{ perToken }] = calibration.models as [(typeof calibration.models)[0]];
  for (const [found, truth] of [
    [perToken.input!, LLAMA.input],
    [perToken.output!, LLAMA.output],
  ] as const) {
    expect(found.low).toBeLessThan(truth / 4);
    expect(found.high).toBeGreaterThan(truth);
  }
  expect(findings.join("\n")).toContain(
    "do not tell the energy of input tokens of acme/llama from that of output tokens of acme/llama",
  );
});

test("under a steady load nothing is told apart, and each range holds the truth", async () => {
  const { calibration, findings, certain } = await read("steady");
  expect(certain).toBe(false);
  const [{ perToken }] = calibration.models as [(typeof calibration.models)[0]];
  for (const [found, truth] of [
    [calibration.idle[0]!, 120],
    [perToken.input!, LLAMA.input],
    [perToken.output!, LLAMA.output],
  ] as const) {
    expect(found.low).toBeLessThanOrEqual(truth);
    expect(found.high).toBeGreaterThanOrEqual(truth);
    expect(found.known).toBe(false);
  }
  expect(findings.join("\n")).toContain("it hardly varies");
});

test("devices that mostly idle: it is said, and the idling of a token has a wide range", async () => {
  const { calibration, findings } = await read("idle");
  within2Percent(calibration.idle[0]!, 120);
  const [{ idlePerToken }] = calibration.models as [(typeof calibration.models)[0]];
  expect(calibration.idleShare).toBeGreaterThan(0.5);
  expect(idlePerToken.high).toBeGreaterThan(2 * idlePerToken.low);
  expect(findings.join("\n")).toContain("of the energy is idling");
});

test("too few windows, and a server without such series, are refused with what to do", async () => {
  const short = { ...period, to: new Date(period.from.getTime() + 3600_000) };
  await expect(read("two", { period: short })).rejects.toThrow(/expected at least 20 whole windows, got \d+/);
  await expect(read("nothing")).rejects.toThrow("expected a series of energy in the period, got none of nothing");
  await expect(read("two", { windowSeconds: 1 })).rejects.toThrow("expected 1 to 11000 windows");
});
