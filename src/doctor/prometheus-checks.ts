import { METRICS } from "../metrics/metrics.ts";
import { askPrometheus, queryAt, type PrometheusServer } from "../report/prometheus-api.ts";
import { formatCount } from "../report/quantity.ts";
import { scrapedTwice } from "../report/scraped-twice.ts";
import type { Finding } from "./finding.ts";

interface Target {
  readonly labels: Readonly<Record<string, string>>;
  /** As Prometheus writes durations: `15s`, `1m`. */
  readonly scrapeInterval?: string;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** What a Prometheus server says about how it scrapes the application. */
export async function checkPrometheus(
  server: PrometheusServer,
  { now, zeroHoldSeconds }: { now: Date; zeroHoldSeconds: number },
): Promise<Finding[]> {
  const scraped = await queryAt(server, `count by (job, instance) (${METRICS.build.name})`, now);
  if (scraped.length === 0) {
    return [
      {
        check: "scrape",
        level: "problem",
        text: "Prometheus has no metrics of llm-footprint.",
        remedy: "Add the application's /metrics to scrape_configs, and look at Status > Targets.",
      },
    ];
  }
  const instances = new Set(scraped.map(({ labels }) => JSON.stringify([labels["job"], labels["instance"]])));
  const targets = (await activeTargets(server)).filter(({ labels }) =>
    instances.has(JSON.stringify([labels["job"], labels["instance"]])),
  );
  return [checkInterval(targets, zeroHoldSeconds), await checkResets(server, now), await checkTargets(server, now)];
}

async function activeTargets(server: PrometheusServer): Promise<Target[]> {
  try {
    const body = (await askPrometheus(server, "targets", { state: "active" })) as { data: { activeTargets: Target[] } };
    return body.data.activeTargets;
  } catch {
    // Servers that only store metrics have no targets.
    return [];
  }
}

function checkInterval(targets: readonly Target[], zeroHoldSeconds: number): Finding {
  const intervals = targets.flatMap(({ scrapeInterval }) =>
    scrapeInterval === undefined ? [] : [durationSeconds(scrapeInterval)],
  );
  if (intervals.length === 0) {
    return { check: "scrape interval", level: "unknown", text: "The server does not tell how often it scrapes." };
  }
  const longest = Math.max(...intervals);
  const text = `It is scraped every ${longest} s; new series are held at zero for ${zeroHoldSeconds} s.`;
  if (zeroHoldSeconds >= 2 * longest) return { check: "scrape interval", level: "good", text };
  return {
    check: "scrape interval",
    level: "problem",
    text: `${text} The first requests of every new series are lost to increase().`,
    remedy: `Set zeroHoldSeconds to ${2 * longest} or more, or scrape more often.`,
  };
}

async function checkResets(server: PrometheusServer, now: Date): Promise<Finding> {
  const [sample] = await queryAt(server, `max(resets(${METRICS.requests.name}[1d]))`, now);
  const resets = sample?.value ?? 0;
  if (resets === 0) return { check: "counter resets", level: "good", text: "No counter was reset in the last day." };
  return {
    check: "counter resets",
    level: "warning",
    text: `A counter was reset ${formatCount(resets)} times in the last day.`,
    remedy: "Keep totals over restarts with createMeter({ journal }), and let no two processes share an address.",
  };
}

/** How long a target that has gone is still looked at. */
const TARGETS_SECONDS = 300;

async function checkTargets(server: PrometheusServer, now: Date): Promise<Finding> {
  const doubled = await scrapedTwice(server, now, TARGETS_SECONDS);
  if (doubled.length === 0) {
    return { check: "targets", level: "good", text: "No process is scraped twice." };
  }
  return {
    check: "targets",
    level: "problem",
    text: `One process is scraped more than once, and counts as often: ${doubled.map((names) => names.join(" and ")).join("; ")}.`,
    remedy: "Leave it in one scrape job only, under one address.",
  };
}

/** Such as 90 for `1m30s`. */
function durationSeconds(text: string): number {
  return Array.from(
    text.matchAll(/(\d+)(ms|[smhd])/g),
    ([, number, unit]) => Number(number) * UNIT_SECONDS[unit!]!,
  ).reduce((sum, seconds) => sum + seconds, 0);
}
