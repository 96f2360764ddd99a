import { styleText } from "node:util";
import { Command } from "commander";

import { loadBudgetFile } from "../budgets/definition/budget-file.ts";
import type { Finding } from "../doctor/finding.ts";
import { checkMetrics } from "../doctor/metrics-checks.ts";
import { readMetrics } from "../doctor/metrics-text.ts";
import { checkPrometheus } from "../doctor/prometheus-checks.ts";
import { checkServe } from "../doctor/serve-checks.ts";
import { createCatalogue } from "../factors/catalogue.ts";
import { ConfigurationError, shown } from "../model/errors.ts";
import { flow, plain } from "../report/text-columns.ts";
import { amount, list, print, printJson, tableWidth, type CommandFactory } from "./command.ts";
import { EXIT } from "./exit.ts";

interface Arguments {
  readonly metrics?: string;
  readonly serve?: string;
  readonly prometheus?: string;
  readonly budgets?: string;
  readonly labels?: readonly string[];
  readonly factors?: readonly string[];
  readonly zeroHold: number;
  readonly json?: true;
}

const SIGNS = { good: ["✓", "green"], unknown: ["?", "dim"], warning: ["!", "yellow"], problem: ["✗", "red"] } as const;

export const doctorCommand: CommandFactory = (setStatus) =>
  new Command("doctor")
    .description("Checks a running application and its configuration, and says what is wrong.")
    .option("--metrics <url>", "the application's /metrics")
    .option("--serve <url>", "llm-footprint serve and its /metrics, such as http://127.0.0.1:4141")
    .option("--prometheus <url>", "the Prometheus server that scrapes it")
    .option("--zero-hold <seconds>", "the meter's zeroHoldSeconds", amount, 60)
    .option("--budgets <file>", "a budget file to check")
    .option("--labels <names>", "the labels that the application declares, separated by commas", list)
    .option("--factors <file...>", "factor files to check")
    .option("--json", "as JSON")
    .action(async (given: Arguments) => {
      const findings = await examine(given);
      if (findings.some(({ level }) => level === "warning" || level === "problem")) setStatus(EXIT.found);
      if (given.json) printJson(findings);
      else print(flow(findings.map(findingText).join("\n"), tableWidth()));
    });

async function examine({
  serve,
  prometheus,
  zeroHold,
  budgets,
  labels = [],
  factors,
  ...given
}: Arguments): Promise<Finding[]> {
  const now = new Date();
  const served = serve === undefined ? [] : await checkServe(serve);
  const reached = serve !== undefined && served.every(({ level }) => level !== "problem");
  const metrics = given.metrics ?? (reached ? new URL("/metrics", serve).href : undefined);
  const findings = [
    ...served,
    ...(metrics === undefined ? [] : checkMetrics(readMetrics(await fetchMetrics(metrics)), now)),
    ...(prometheus === undefined ? [] : await checkPrometheus({ url: prometheus }, { now, zeroHoldSeconds: zeroHold })),
    ...(budgets === undefined ? [] : [checkBudgets(budgets, labels)]),
    ...(factors === undefined ? [] : [checkFile("factor files", () => createCatalogue({ files: factors }))]),
  ];
  if (findings.length > 0) return findings;
  throw new ConfigurationError(
    "doctor",
    "expected something to check",
    "Give --metrics, --serve, --prometheus, --budgets or --factors.",
  );
}

async function fetchMetrics(url: string): Promise<string> {
  try {
    const response = await fetch(url);
    if (response.ok) return await response.text();
    throw new Error(`it answered with status ${response.status}`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(
      "--metrics",
      `${shown(url)} cannot be read (${reason})`,
      "Give the application's /metrics.",
      {
        cause,
      },
    );
  }
}

function checkBudgets(path: string, labelNames: readonly string[]): Finding {
  const finding = checkFile("budgets", () => loadBudgetFile(path, { labelNames }));
  const needsLabels = labelNames.length === 0 && finding.text.includes("is not a declared label");
  return needsLabels ? { ...finding, remedy: "Give the labels that the application declares with --labels." } : finding;
}

function checkFile(check: string, read: () => unknown): Finding {
  try {
    read();
    return { check, level: "good", text: "The configuration is well-formed." };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { check, level: "problem", text: error.message };
  }
}

function findingText({ check, level, text, remedy }: Finding): string {
  const [sign, color] = SIGNS[level];
  const head = `${styleText(color, sign, { stream: process.stdout })} ${check}: ${text.split("\n").map(plain).join("\n    ")}`;
  return remedy === undefined ? head : `${head}\n    ${remedy}`;
}
