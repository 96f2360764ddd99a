import type { Usage } from "../../src/model/usage.ts";

/** A feature of a team's, and the traffic that it makes. All figures are invented. */
export interface Workload {
  readonly team: string;
  readonly feature: string;
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
  /** On a working day at its busiest. */
  readonly requestsPerHour: number;
  /** By night and at weekends, as a share of that. */
  readonly quiet: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the requests that failed, and of those whose usage was only estimated. */
  readonly failing: number;
  readonly estimated: number;
}

const usual = { operation: "chat", quiet: 0.08, failing: 0.01, estimated: 0 };

export const WORKLOADS: readonly Workload[] = [
  {
    ...usual,
    team: "support",
    feature: "answers",
    provider: "mistral_ai",
    model: "mistral-large-2411",
    requestsPerHour: 140,
    inputTokens: 1200,
    outputTokens: 350,
  },
  {
    ...usual,
    team: "support",
    feature: "summaries",
    provider: "mistral_ai",
    model: "mistral-small-2506",
    requestsPerHour: 90,
    inputTokens: 3000,
    outputTokens: 180,
  },
  {
    ...usual,
    team: "search",
    feature: "rewriting",
    provider: "openai",
    model: "gpt-4o-mini",
    requestsPerHour: 420,
    inputTokens: 300,
    outputTokens: 40,
    quiet: 0.25,
  },
  {
    ...usual,
    team: "search",
    feature: "index",
    provider: "openai",
    model: "text-embedding-3-small",
    operation: "embeddings",
    requestsPerHour: 200,
    inputTokens: 4000,
    outputTokens: 0,
    quiet: 0.6,
  },
  {
    ...usual,
    team: "research",
    feature: "agents",
    provider: "openai",
    model: "gpt-4o",
    requestsPerHour: 60,
    inputTokens: 6000,
    outputTokens: 900,
    estimated: 0.06,
  },
  {
    ...usual,
    team: "research",
    feature: "batch",
    provider: "mistral_ai",
    model: "mistral-large-2411",
    requestsPerHour: 30,
    inputTokens: 2000,
    outputTokens: 700,
    quiet: 1,
  },
];

/** What happened in the month, in hours before its end. */
export const EVENTS = {
  /** An agent of research's in a loop on a working day: twelve times its traffic. */
  runaway: { from: 5 * 24 + 7, to: 5 * 24 + 2, feature: "agents", factor: 12 },
  /** The process was started anew; its counters began at zero. */
  restart: 12 * 24 + 3,
  /** A new catalogue: what came from one provider had been attributed a third too high. */
  restatement: {
    at: 15 * 24,
    provider: "openai",
    before: 4 / 3,
    catalogueBefore: "2026.08",
    catalogueAfter: "2026.11",
  },
} as const;

/** Day and night, working days and weekends, in UTC: from the quiet share to 1. */
export function activity(time: Date, quiet: number): number {
  const weekend = time.getUTCDay() === 0 || time.getUTCDay() === 6;
  if (weekend) return quiet;
  const hour = time.getUTCHours() + time.getUTCMinutes() / 60;
  const day = Math.max(0, Math.sin(((hour - 6) / 13) * Math.PI));
  return hour < 6 || hour > 19 ? quiet : quiet + (1 - quiet) * day;
}

/** The usage of one request, between half and one and a half times the mean. */
export function usageOf({ inputTokens, outputTokens }: Workload, random: () => number): Usage {
  const spread = (mean: number) => Math.round(mean * (0.5 + random()));
  return { inputTokens: spread(inputTokens), ...(outputTokens > 0 && { outputTokens: spread(outputTokens) }) };
}
