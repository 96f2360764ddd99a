// cspell:ignore tema opnai
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { load as parse } from "js-yaml";
import { expect, onTestFinished, test } from "vitest";

import { createMeter } from "../../src/index.ts";
import { openJournalReader } from "../../src/journal/reading.ts";
import { createAttribute } from "../../src/attribution/selection/attribute.ts";
import { PAST_REQUEST } from "../../src/formats/past-request.ts";
import { Recorder } from "../../src/records/recorder.ts";
import { createTotals } from "../../src/totals/totals.ts";
import { VERSION } from "../../src/version.ts";
import { sampleRecord } from "../journal/sample-record.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { writeJournal } from "../report/sample-report.ts";
import { commandLine } from "./command-line.ts";

/** A journal of what a meter would have written on 20 November 2026. */
function journalFor(teams: readonly string[]): string {
  const path = join(temporaryFolder(), "footprint.db");
  const totals = createTotals({ labelNames: [], now: () => 0 });
  const recorder = new Recorder(createAttribute({}), totals, () => undefined);
  const records = teams.map((team, index) =>
    recorder.add(
      {
        ...PAST_REQUEST,
        id: `r${index}`,
        provider: "mistral_ai",
        operation: "chat",
        host: "api.mistral.ai",
        requestedModel: "mistral-large-2407",
        labels: { team },
        startedAtMilliseconds: Date.UTC(2026, 10, 20, 10, index),
        usage: { inputTokens: 100, outputTokens: 400 },
        usageSource: "reported",
      },
      true,
    )!,
  );
  writeJournal(path, records);
  return path;
}

const period = ["--from", "2026-11-20", "--to", "2026-11-21"];

test("--help and --version are on standard output, with status 0", async () => {
  const help = await commandLine(["--help"]);
  expect(help).toMatchObject({ status: 0, errors: "" });
  for (const name of [
    "demo",
    "estimate",
    "records",
    "explain",
    "factors",
    "report",
    "replay",
    "rules",
    "dashboards",
    "doctor",
  ]) {
    expect(help.output).toMatch(new RegExp(`^ {2}${name} `, "m"));
    expect((await commandLine([name, "--help"])).output).toContain(`Usage: llm-footprint ${name}`);
  }
  expect(help.output).toContain("Exit status:");
  expect(await commandLine(["--version"])).toStrictEqual({ status: 0, output: `${VERSION}\n`, errors: "" });
});

test("the program as a process: status, streams, and no colour without a terminal", () => {
  const main = join(import.meta.dirname, "../../src/cli/main.ts");
  const run = (...arguments_: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...arguments_], { encoding: "utf8" });
    return { status, stdout, stderr };
  };
  expect(run("doctor")).toStrictEqual({
    status: 2,
    stdout: "",
    stderr:
      "llm-footprint: doctor: expected something to check. Give --metrics, --serve, --prometheus, --budgets or --factors.\n",
  });
  expect(run("--version")).toStrictEqual({ status: 0, stdout: `${VERSION}\n`, stderr: "" });
});

test("completion: a script for each shell, and what could come next", { timeout: 60_000 }, () => {
  const program = join(import.meta.dirname, "../../dist/node/cli.js");
  const run = (...arguments_: string[]) => spawnSync(process.execPath, [program, ...arguments_], { encoding: "utf8" });
  const next = (...typed: string[]) =>
    run("complete", "--", ...typed)
      .stdout.split("\n")
      .map((line) => line.split("\t")[0]);
  for (const shell of ["bash", "zsh", "fish", "powershell"])
    expect(run("completion", shell).stdout).toContain("llm-footprint");
  expect(next("rep")).toEqual(expect.arrayContaining(["report", "replay"]));
  expect(next("report", "--mon")).toContain("--month");
  expect(next("estimate", "--model", "gpt-5.4")).toContain("gpt-5.4-mini");
});

test("rules --stock: the package's own rules, and with --budgets one file with those of the budgets", async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, "budgets.yaml"),
    "budgets:\n  - { name: search, criterion: co2eGrams, limit: 50 kg, window: month }\n",
  );
  const alertsOf = (text: string): string[] => {
    const { groups } = parse(text) as { groups: { rules: { alert?: string }[] }[] };
    return groups.flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []));
  };
  const stock = await commandLine(["rules", "--stock"], folder);
  expect(stock).toMatchObject({ status: 0, errors: "" });
  expect(alertsOf(stock.output)).toEqual(expect.arrayContaining(["LlmFootprintMeterDown", "LlmFootprintBudgetBurn"]));
  const both = await commandLine(["rules", "--stock", "--budgets", "budgets.yaml"], folder);
  expect(alertsOf(both.output)).toEqual([
    ...alertsOf(stock.output),
    ...alertsOf((await commandLine(["rules", "--budgets", "budgets.yaml"], folder)).output),
  ]);
  expect(await commandLine(["rules"])).toMatchObject({ status: 2 });
});

test("factors --template is a factor file that is well-formed", async () => {
  const { output } = await commandLine(["factors", "--template"]);
  const path = join(temporaryFolder(), "factors.yaml");
  writeFileSync(path, output);
  expect(await commandLine(["factors", "--check", path])).toStrictEqual({
    status: 0,
    output: `${path}: 2 factors are well-formed\n`,
    errors: "",
  });
});

test("doctor --serve: a gateway that takes requests, one that drains, and none", async () => {
  let draining = false;
  const meter = createMeter({ zeroHoldSeconds: 0 });
  onTestFinished(() => meter.close());
  const handler = meter.metricsHandler();
  const server = createServer((request, response) => {
    if (request.url === "/metrics") void handler(request, response);
    else response.writeHead(request.url === "/readyz" && draining ? 503 : 200).end();
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const well = await commandLine(["doctor", "--serve", url]);
  expect(well).toMatchObject({ status: 0 });
  expect(well.output).toContain("✓ serve: The gateway answers and takes requests.\n✓ errors: ");
  draining = true;
  expect((await commandLine(["doctor", "--serve", url])).output).toContain(
    "! serve: The gateway answers, but takes no",
  );
  const none = await commandLine(["doctor", "--serve", "http://127.0.0.1:9"]);
  expect(none).toMatchObject({ status: 1 });
  expect(none.output).toContain("✗ serve: It does not answer at http://127.0.0.1:9/healthz.");
});

test("records: the latest of a journal, newest first, which explain takes by the beginning of their ids", async () => {
  const path = journalFor(["search", "support", "search"]);
  const { status, output } = await commandLine(["records", "--journal", path, "--limit", "2", "--json"]);
  expect({ status, ids: (JSON.parse(output) as { id: string }[]).map(({ id }) => id) }).toStrictEqual({
    status: 0,
    ids: ["r2", "r1"],
  });
  expect((await commandLine(["records", "--journal", path, "--to", "2026-11-19"])).status).toBe(1);
  const several = await commandLine(["explain", "r", "--journal", path]);
  expect(several).toMatchObject({ status: 1, output: "" });
  expect(several.errors).toMatch(/several records begin with "r"; write more of the id:\nid .*\nr2 .*\nr1 .*\nr0 /);
  // What begins so, and nothing that looks like a pattern.
  expect((await commandLine(["explain", "%", "--journal", path])).errors).toContain('the journal has no record "%"');
});

test("a reader that has read enough ends the program quietly", async () => {
  const main = join(import.meta.dirname, "../../src/cli/main.ts");
  const child = spawn(process.execPath, [main, "factors", "--json"], { stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (text: Buffer) => (errors += text.toString()));
  child.stdout.destroy();
  const [status] = (await once(child, "close")) as [number];
  expect({ status, errors }).toStrictEqual({ status: 0, errors: "" });
});

test.each([
  [[], "Usage: llm-footprint"],
  [["nope"], "error: unknown command 'nope'"],
  [["estimate", "--output-tokens", "1"], "error: required option '--model <name>' not specified"],
  [
    ["estimate", "--model", "m", "--output-tokens", "-1"],
    "error: option '--output-tokens <n>' argument '-1' is invalid. Expected a number of at least 0.",
  ],
  [["estimate", "--model", "m"], "error: say what the request used, such as --output-tokens 400"],
  [
    ["estimate", "--model", "m", "--output-tokens", "1", "--zone", "Mars"],
    'llm-footprint: zone: expected a zone, got "Mars".',
  ],
  [
    ["estimate", "--model", "m", "--output-tokens", "1", "--zone", "united kingdom"],
    'llm-footprint: zone: expected a zone, got "united kingdom". Did you mean GBR? Use an ISO',
  ],
  [["explain", "r1", "--journal", "/nowhere.db"], "llm-footprint: journal /nowhere.db: the file cannot be opened."],
  [["report"], "llm-footprint: report: expected one source, got none or two. Give either --journal or --prometheus."],
  [
    ["report", "--journal", "a", "--from", "yesterday"],
    "Expected a time such as 2026-11-01, 2026-11-01T12:00Z or 30d.",
  ],
  [
    ["report", "--journal", "a", "--from", "2026-11-02", "--to", "2026-11-01"],
    "llm-footprint: --from: expected a time before --to.",
  ],
  [
    ["report", "--prometheus", "http://127.0.0.1:9"],
    'llm-footprint: --prometheus: "http://127.0.0.1:9" does not answer.',
  ],
  [["replay", "/nowhere"], "llm-footprint: replay: expected one destination, got none or two."],
  [["replay", "/nowhere", "--openmetrics", "/tmp/x"], 'llm-footprint: replay: "/nowhere" cannot be read.'],
  [["rules", "--budgets", "/nowhere.yaml"], "/nowhere.yaml"],
  [["factors", "--check", "/nowhere.yaml"], 'llm-footprint: --check: "/nowhere.yaml" does not exist.'],
  [["doctor"], "llm-footprint: doctor: expected something to check."],
  [
    ["doctor", "--metrics", "http://127.0.0.1:9/metrics"],
    'llm-footprint: --metrics: "http://127.0.0.1:9/metrics" cannot be read',
  ],
])("wrong usage is reported on standard error with status 2: %j", async (arguments_, message) => {
  const { status, output, errors } = await commandLine(arguments_);
  expect({ status, output }).toStrictEqual({ status: 2, output: "" });
  expect(errors.replaceAll(/\s+/g, " ")).toContain(message);
  expect(errors).not.toContain("\u001b[");
  expect(errors).not.toContain("    at ");
});

test("estimate asks after a provider that nobody knows", async () => {
  const arguments_ = ["estimate", "--model", "gpt-5", "--output-tokens", "400", "--provider"];
  expect((await commandLine([...arguments_, "opnai"])).output).toContain("Did you mean openai?");
  expect((await commandLine([...arguments_, "openai"])).output).not.toContain("Did you mean");
});

test("estimate --steps: the published figure of a published answer, as text and as JSON", async () => {
  const arguments_ = ["estimate", "--model", "mistral-large-2407", "--output-tokens", "400"];
  const { status, output, errors } = await commandLine([...arguments_, "--steps"]);
  expect({ status, errors }).toStrictEqual({ status: 0, errors: "" });
  expect(
    output
      .split("\n")
      .slice(0, 8)
      .join("\n")
      .replace(/catalogue .*/, "catalogue"),
  ).toMatchInlineSnapshot(`
    "Greenhouse gases (CO2e)     1.14 g (0.456 to 2.85)
    Water consumed              45 mL (18 to 112)
    Abiotic resource depletion  160 µg Sb eq (64 to 400)
    Evidence                    operator's life-cycle assessment
    Accounting                  location

    Derivation
    mistral-large-2407 (by its name), zone FRA (provider default), catalogue"
  `);
  expect(output).toContain(
    "[4] mistral.large-2.inference@1.0.0: Our contribution to a global environmental standard for AI",
  );
  const json = JSON.parse((await commandLine([...arguments_, "--json"])).output) as {
    footprint: { co2eGrams: { central: number } };
  };
  expect(json.footprint.co2eGrams.central).toBeCloseTo(1.14, 12);
});

test("estimate --compare: every published method by itself; none where no method applies", async () => {
  const { status, output } = await commandLine([
    "estimate",
    "--model",
    "mistral-large-2407",
    "--output-tokens",
    "400",
    "--compare",
  ]);
  expect(status).toBe(0);
  expect(output.split("\n")[0]).toMatch(/^method +evidence +CO2e +water +electricity +inside +not inside$/);
  expect(output).toMatch(/^mistral\.large-2\.inference@1\.0\.0 +operator lca +1\.14 g \(0\.456 to 2\.85\) +45 mL/m);
  const unknown = await commandLine(["estimate", "--model", "dall-e-3", "--output-tokens", "4", "--compare"]);
  expect(unknown).toMatchObject({ status: 1, output: "No published method covers this model.\n" });
});

test("estimate --versus: the difference to another model, by what the two do not share", async () => {
  const difference = ["estimate", "--model", "gpt-5.5", "--versus", "gpt-5.4", "--output-tokens", "400"];
  const { status, output } = await commandLine(difference);
  expect(status).toBe(0);
  expect(output.split("\n")[0]).toMatch(/^ +gpt-5\.5 +gpt-5\.4 +difference +times/);
  expect(output).toMatch(/^Greenhouse gases .*decided$/m);
  expect(output).toContain("Shared by both, and so in no difference: pue.microsoft.fy25@1.0.0");
  const none = ["estimate", "--model", "gpt-5.5", "--versus", "dall-e-3", "--output-tokens", "400"];
  expect(await commandLine(none)).toMatchObject({ status: 1, output: "Nothing covers one of the two.\n" });
});

test("estimate --video-size: videos by their number, length and size", async () => {
  const estimate = ["estimate", "--model", "veo-3.1-generate-001", "--provider", "gcp.gemini", "--json", "--videos"];
  const joulesOf = async (...videos: string[]) => {
    const { output } = await commandLine([...estimate, ...videos]);
    return (JSON.parse(output) as { footprint: { energyJoules: { central: number } } }).footprint.energyJoules.central;
  };
  // 0.000341 × 1920 × 1080 × 193 ÷ 1000 + 24.4 = 160.87 s × 1,672.99 W × PUE 1.09
  const one = (0.000341 * ((1920 * 1080 * 193) / 1000) + 24.4) * 1672.99 * 1.09;
  expect((await joulesOf("4", "--video-seconds", "32", "--video-size", "1080p")) / (4 * one)).toBeCloseTo(1, 3);
  expect((await joulesOf("1", "--video-seconds", "8", "--video-size", "1920x1080")) / one).toBeCloseTo(1, 3);
  const refused = await commandLine([...estimate, "1", "--video-size", "large"]);
  expect(refused.errors).toContain("It must be a size such as 1280x720 or 1080p.");
  expect(refused.status).toBe(2);
  const alone = await commandLine([...estimate, "1", "--video-size", "1080p"]);
  expect(alone.errors).toContain(
    "--video-size is of the frames of --video-seconds: say how long all videos are together",
  );
  expect(alone.status).toBe(2);
});

test("estimate --reasoning-effort: the figures taken at that effort", async () => {
  const estimate = ["estimate", "--model", "o4-mini", "--input-tokens", "100", "--output-tokens", "300", "--json"];
  const joules = async (...effort: string[]) => {
    const { output } = await commandLine([...estimate, ...effort]);
    return (JSON.parse(output) as { footprint: { energyJoules: { central: number } } }).footprint.energyJoules.central;
  };
  expect(await joules("--reasoning-effort", "high")).toBeCloseTo(3.649 * 3600, 6);
  expect(await joules()).toBeLessThan(3600);
});

test("explain: the steps of a journalled request; another id is not found", async () => {
  const path = journalFor(["search"]);
  const { status, output } = await commandLine(["explain", "r0", "--journal", path]);
  expect(status).toBe(0);
  expect(output).toMatch(
    /^2026-11-20T10:00:00\.000Z chat, completed\nmistral-large-2407 \(by its name\), zone FRA \(provider default\), catalogue /,
  );
  expect(output).toContain("Greenhouse gases (CO2e): 1.14 g (0.456 to 2.85)");
  const other = await commandLine(["explain", "r0", "--journal", path, "--methodology", "energy"]);
  expect(other.status).toBe(1);
  expect(other.output).toContain("This is not what was recorded: the catalogue or the options have changed since.");
  expect(await commandLine(["explain", "nobody", "--journal", path])).toStrictEqual({
    status: 1,
    output: "",
    errors: 'llm-footprint: the journal has no record "nobody"; llm-footprint records lists them\n',
  });
});

test("factors: all, those of a model, and a check of one's own file", async () => {
  const all = await commandLine(["factors", "--json"]);
  const { factors, sha256 } = JSON.parse(all.output) as {
    factors: { id: string; source: { url: string } }[];
    sha256: string;
  };
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(factors.every(({ source }) => source.url.startsWith("http"))).toBe(true);
  const ofModel = await commandLine(["factors", "--model", "mistral-large-2407"]);
  expect(ofModel.output).toContain("mistral.large-2.inference@1.0.0  direct impact  operator lca");
  expect(await commandLine(["factors", "--model", "dall-e-3", "--json"])).toMatchObject({ status: 1 });
  const faulty = join(temporaryFolder(), "factors.yaml");
  writeFileSync(faulty, "factors:\n  - id: mine\n");
  const check = await commandLine(["factors", "--check", faulty]);
  expect(check).toMatchObject({ status: 1, output: "" });
  expect(check.errors).toContain("factors.0.");
});

test("report: every format of the same period", async () => {
  const path = journalFor(["search", "search", "support"]);
  const report = (...more: string[]) =>
    commandLine(["report", "--journal", path, ...period, "--group-by", "team", ...more]);
  const table = await report();
  expect(table).toMatchObject({ status: 0, errors: "" });
  expect(table.output).toMatchInlineSnapshot(`
    "Footprint of language model requests, 2026-11-20 to 2026-11-21

    Greenhouse gases (CO2e)               3.42 g (1.37 to 8.55)
    Water consumed                        135 mL (54 to 337)
    Electricity                           unknown
    Primary energy                        unknown
    Abiotic resource depletion            480 µg Sb eq (192 µg Sb eq to 1.2 mg Sb eq)
    Requests                              3
    Tokens                                1,500
    Coverage (requests with a footprint)  100 %
    Coverage (tokens of these requests)   100 %
    Stand-in figures (share of requests)  0 %
    Primary data (share of CO2e)          100 %
    Requests with estimated usage         0
    For an inventory                      0.00000342 tCO2e, 0.000135 m³ of water
    First and last request                2026-11-20 10:00 UTC and 2026-11-20 10:02 UTC
    Days without a request                1: 2026-11-21
    Activity data                         3 metered live

    team     requests  tokens                    CO2e              water  electricity  coverage
    search          2   1,000   2.28 g (0.912 to 5.7)  90 mL (36 to 225)      unknown     100 %
    support         1     500  1.14 g (0.456 to 2.85)  45 mL (18 to 112)      unknown     100 %

    evidence      requests  share of requests  share of CO2e
    operator lca         3              100 %          100 %
    "
  `);
  const csv = (await report("--format", "csv")).output.split("\r\n");
  expect(csv.slice(1, 3).map((line) => line.split(",")[0])).toStrictEqual(["search", "support"]);
  const json = JSON.parse((await report("--json")).output) as { overall: Record<string, unknown>; lines: unknown[] };
  expect(json.overall).toMatchObject({ requests: 3, coverage_share: 1, primary_data_share: 1, ghg_scope: "3" });
  expect(json.overall["co2e_kg_central"]).toBeCloseTo(0.00342, 12);
  expect(json.overall["catalogue_sha256"]).toMatch(/^[0-9a-f]{64}$/);
  expect((await report("--format", "md")).output).toContain("| search | 2 |");
  const file = join(temporaryFolder(), "report.html");
  expect(await report("--format", "html", "--output", file)).toStrictEqual({ status: 0, output: "", errors: "" });
  expect(readFileSync(file, "utf8")).toContain("<h1>Language model requests</h1>");
});

test("report --restate: the same requests by other factors, and what they were restated from", async () => {
  const path = journalFor(["search", "search"]);
  const restated = async (...more: string[]) =>
    (
      JSON.parse(
        (await commandLine(["report", "--journal", path, ...period, "--json", "--restate", ...more])).output,
      ) as { overall: Record<string, number | string> }
    ).overall;
  const same = await restated();
  expect(same["co2e_kg_central"]).toBeCloseTo(0.00228, 12);
  expect(same).not.toHaveProperty("restated_from");
  const own = join(temporaryFolder(), "factors.yaml");
  writeFileSync(own, factorFile(2.28));
  const doubled = await restated("--factors", own);
  expect(doubled["co2e_kg_central"]).toBeCloseTo(0.00456, 12);
  expect(doubled["restated_from"]).toBe(same["catalogue_version"]);
  expect(doubled["method_tier"]).toBe("user");
});

/** A user's own figure for 400 tokens of Mistral Large 2. */
const factorFile = (grams: number): string => `
factors:
  - id: own.mistral-large
    version: 1.0.0
    publisher: us
    source: { title: our measurement, url: "https://example.org/m", published: "2026-01", retrieved: "2026-11-01", locator: page 1, checked: primary }
    licence: ours
    attribution: us
    evidence: user
    kind: direct_impact
    appliesTo: { models: [mistral-large-2407], modality: text }
    unit: output_token
    reference: 400
    scalable: true
    metrics: { co2eGrams: { low: ${grams}, central: ${grams}, high: ${grams}, basis: user } }
    phase: undivided
    boundary: { accelerator: "yes", host: "yes", idle: "yes", facility: "yes", network: "unknown", terminals: "no", embodied: "yes", training: "no", offsiteWater: "unknown" }
    accounting: location
    includesGrid: true
    includesPrefill: true
`;

test("replay writes into a journal once, and shows and lists rejected lines", async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, "records.jsonl"),
    `${JSON.stringify(sampleRecord())}\nnonsense\n${JSON.stringify(sampleRecord({ id: "r2" }))}\n`,
  );
  const run = () =>
    commandLine(["replay", "records.jsonl", "--journal", "footprint.db", "--rejected", "rejected.tsv"], folder);
  expect(await run()).toStrictEqual({
    status: 1,
    output: "2 requests: 2 new\n1 record rejected\n",
    errors: "line 2: the record is not JSON\n",
  });
  expect(readFileSync(join(folder, "rejected.tsv"), "utf8")).toBe("records.jsonl\t2\t\tthe record is not JSON\n");
  expect(await run()).toMatchObject({
    status: 0,
    output: "2 requests: 2 already there\n1 record rejected when the file was first read\n",
    errors: "",
  });
  using journal = openJournalReader(join(folder, "footprint.db"));
  expect([...journal.records({ from: new Date(0), to: new Date("2100-01-01") })].map(({ id }) => id)).toStrictEqual([
    "r1",
    "r2",
  ]);
});

test("replay --outcomes lists what became of every record", async () => {
  const folder = temporaryFolder();
  const row = (id: string, output: number) => ({
    request_id: id,
    call_type: "acompletion",
    custom_llm_provider: "openai",
    model: "gpt-4o",
    prompt_tokens: 10,
    completion_tokens: output,
    startTime: "2026-11-01T10:00:00Z",
  });
  const lines = (...rows: readonly object[]) => rows.map((each) => `${JSON.stringify(each)}\n`).join("");
  writeFileSync(join(folder, "a.jsonl"), lines(row("one", 5), row("two", 5), row("two", 5)));
  writeFileSync(
    join(folder, "b.jsonl"),
    lines(
      row("two", 5),
      row("one", 9),
      { ...row("mcp", 0), call_type: "call_mcp_tool" },
      { ...row("bad", 1), prompt_tokens: -1 },
    ),
  );
  const listed = async (...files: readonly string[]) => {
    await commandLine(["replay", ...files, "--journal", "footprint.db", "--outcomes", "outcomes.tsv"], folder);
    return readFileSync(join(folder, "outcomes.tsv"), "utf8").split("\n").slice(0, -1).sort();
  };
  expect(await listed("a.jsonl")).toStrictEqual([
    "a.jsonl\t1\tlitellm:one\tnew\t1\t",
    "a.jsonl\t2\tlitellm:two\tnew\t1\t",
    "a.jsonl\t3\tlitellm:two\trepeated\t1\t",
  ]);
  expect(await listed("a.jsonl", "b.jsonl")).toStrictEqual([
    "a.jsonl\t\t\talready there\t2\t",
    "b.jsonl\t1\tlitellm:two\talready there\t1\t",
    "b.jsonl\t2\tlitellm:one\treplaced\t1\t",
    "b.jsonl\t3\t\tpassed over\t0\tcalls of LiteLLM that are not answers of a model",
    "b.jsonl\t4\tbad\trejected\t0\tprompt_tokens is not a number of at least 0",
  ]);
});

test("replay --map takes any CSV; --openmetrics writes it for Prometheus", async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, "calls.csv"),
    "at,llm,prompt,answer,dept\n2026-11-01T10:00:00Z,mistral-large-2407,10,400,search\n",
  );
  const mapping = ["--map", "startedAt=at", "model=llm", "inputTokens=prompt", "outputTokens=answer"];
  const more = ["--provider", "mistral_ai", "--label", "team=dept", "--openmetrics", "out.om", "--json"];
  const { status, output } = await commandLine(["replay", "calls.csv", ...mapping, ...more], folder);
  expect({ status, state: JSON.parse(output) as unknown }).toMatchObject({
    status: 0,
    state: { requests: 1, complete: true },
  });
  const text = readFileSync(join(folder, "out.om"), "utf8");
  expect(text).toContain(
    'llm_footprint_co2e_grams_total{provider="mistral_ai",model="mistral-large-2407",operation="chat",team="search",phase="undivided"} 1.14 1793527500\n',
  );
});

test("replay --map: a column that the file does not have is refused before anything is read", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "calls.csv"), "at,llm,answer\n2026-11-01T10:00:00Z,mistral-large-2407,400\n");
  const mapping = ["--map", "startedAt=at", "model=llm", "outputTokens=nope"];
  expect(await commandLine(["replay", "calls.csv", ...mapping, "--journal", "footprint.db"], folder)).toStrictEqual({
    status: 2,
    output: "",
    errors:
      'llm-footprint: --map: "nope" is a column that the file does not have. Choose among "at", "llm", "answer", such as --map startedAt=at model=llm promptTokens=… completionTokens=answer.\n',
  });
});

test("doctor --budgets: without --labels, says to give them", async () => {
  const file = join(temporaryFolder(), "budgets.yaml");
  writeFileSync(
    file,
    "budgets:\n  - { name: search, criterion: co2eGrams, limit: 50 kg, groupBy: [team], window: month }\n",
  );
  const without = await commandLine(["doctor", "--budgets", file]);
  expect(without.status).toBe(1);
  expect(without.output).toMatch(/\n {4}Give the labels that the application declares with --labels\.\n$/);
  expect(await commandLine(["doctor", "--budgets", file, "--labels", "team"])).toMatchObject({ status: 0 });
  const other = await commandLine(["doctor", "--budgets", file, "--labels", "feature"]);
  expect(other.output).not.toContain("--labels");
});

test("rules: recordings and alerts for a budget file", async () => {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, "budgets.yaml"),
    "budgets:\n  - { name: search, criterion: co2eGrams, limit: 50 kg, groupBy: [team], window: month }\n",
  );
  const { status, output, errors } = await commandLine(
    ["rules", "--budgets", "budgets.yaml", "--labels", "team"],
    folder,
  );
  expect({ status, errors }).toStrictEqual({ status: 0, errors: "" });
  const { groups } = parse(output) as { groups: { rules: { alert?: string }[] }[] };
  const alerts = groups.flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []));
  expect(alerts).toContain("LlmFootprintBudgetLimitExhausted");
});

test("doctor: a healthy application, one with gaps, and none", async () => {
  const meter = createMeter({ labels: ["team"], zeroHoldSeconds: 0 });
  onTestFinished(() => meter.close());
  const handler = meter.metricsHandler();
  const server = createServer((request, response) => {
    if (request.url === "/other") response.end("up 1\n");
    else void handler(request, response);
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  expect((await commandLine(["doctor", "--metrics", url])).output).toContain(
    "? coverage: No request has been metered yet.",
  );
  const request = {
    provider: "mistral_ai",
    model: "mistral-large-2407",
    operation: "chat",
    usage: { outputTokens: 1 },
  };
  for (let n = 0; n < 20; n++) meter.record({ ...request, labels: { team: "search" } });
  const healthy = await commandLine(["doctor", "--metrics", url, "--json"]);
  expect(JSON.parse(healthy.output)).not.toContainEqual(expect.objectContaining({ level: "problem" }));

  for (let n = 0; n < 5; n++) meter.record({ ...request, provider: "nobody", model: "zzz", operation: "images" });
  const gaps = await commandLine(["doctor", "--metrics", url]);
  expect(gaps.status).toBe(1);
  expect(gaps.output).toContain("! coverage: 80 % of 25 requests have a footprint. The others: unknown model 5.");
  expect(gaps.output).toContain("! models: Without factors: nobody/unknown.");
  expect(gaps.output).toContain("! labels: 20 % of the requests have no team.");

  const none = await commandLine(["doctor", "--metrics", `${url}/other`]);
  expect(none.status).toBe(1);
  expect(none.output).toMatch(/^✗ metrics: There are no metrics of llm-footprint\.\n/);
});

test(
  "dashboards: writes them, and overwrites nothing unasked",
  { skip: !existsSync("grafana/dashboards") },
  async () => {
    const folder = join(temporaryFolder(), "new");
    const first = await commandLine(["dashboards", folder]);
    expect(first).toMatchObject({ status: 0, errors: "" });
    for (const path of first.output.trim().split("\n"))
      expect(JSON.parse(readFileSync(path, "utf8"))).toHaveProperty("panels");
    expect(await commandLine(["dashboards", folder])).toMatchObject({ status: 2, output: "" });
    expect(await commandLine(["dashboards", folder, "--force"])).toMatchObject({ status: 0 });
  },
);

test("replay: an empty file is a success of nothing, and a label that is nowhere is an error", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "empty.csv"), "");
  writeFileSync(join(folder, "records.jsonl"), `${JSON.stringify(sampleRecord())}\n`);
  expect(await commandLine(["replay", "empty.csv", "--journal", "footprint.db"], folder)).toStrictEqual({
    status: 0,
    output: "0 requests\n",
    errors: "",
  });
  const labelled = ["replay", "records.jsonl", "--journal", "footprint.db", "--label", "team=tema"];
  expect(await commandLine(labelled, folder)).toMatchObject({
    status: 2,
    errors: expect.stringContaining(
      '--label: "team=tema" is nowhere found. The records have "id", "provider"',
    ) as string,
  });
});

test("explain: the record of a sum shows the mean's steps, and how many times it counts", async () => {
  const folder = temporaryFolder();
  const page = join(import.meta.dirname, "../replay/cases/files/openai-daily.json");
  await commandLine(["replay", page, "--journal", "footprint.db"], folder);
  using journal = openJournalReader(join(folder, "footprint.db"));
  const [record] = [...journal.records({ from: new Date(0), to: new Date("2100-01-01") })];
  const { status, output } = await commandLine(["explain", record!.id, "--journal", "footprint.db"], folder);
  expect(status).toBe(0);
  expect(output).toContain("usage: 100 input tokens, 0 cache read tokens, 10 output tokens");
  expect(output).toMatch(
    /The record is the sum of 3 requests; [^]*Greenhouse gases \(CO2e\): 3 × [\d.]+ m?g = [\d.]+ m?g \(/,
  );
});

test("replay reads again what it rejected where the user says how it is written", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "past.csv"), "at,model,in,out\n06.10.2025,gpt-4o,100,50\n2025-10-06,gpt-4o,1,1\n");
  const run = (...more: string[]) =>
    commandLine(
      ["replay", "past.csv", "--journal", "a.db", "--map", "startedAt=at", "model=model", "inputTokens=in", ...more],
      folder,
    );
  expect(await run()).toMatchObject({ status: 1, output: expect.stringContaining("1 request: 1 new") as string });
  expect(await run()).toMatchObject({ status: 0, output: expect.stringContaining("1 already there") as string });
  const { output } = await run("--date-format", "DD.MM.YYYY");
  expect(output).toContain("1 request: 1 new");
});
