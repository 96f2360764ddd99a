import { METRICS, type MetricKey } from "../metrics/metrics.ts";
import { COMMON_LABELS } from "../totals/labels.ts";
import { formatCount, formatShare } from "../report/quantity.ts";
import type { Finding } from "./finding.ts";
import type { MetricLine } from "./metrics-text.ts";

/** Below this share of requests with a footprint, or above this share without a label, something is missing. */
const COVERAGE_WANTED = 0.95;
const UNLABELLED_TOLERATED = 0.05;
const ESTIMATED_TOLERATED = 0.1;
/** Factors are published once a year or so. */
const STALE_DAYS = 400;
const ROOM_WANTED = 0.2;

/** What an application's `/metrics` says about its metering. */
export function checkMetrics(lines: readonly MetricLine[], now: Date): Finding[] {
  const of = (key: MetricKey): MetricLine[] => lines.filter(({ name }) => name === METRICS[key].name);
  if (of("build").length === 0) {
    return [
      {
        check: "metrics",
        level: "problem",
        text: "There are no metrics of llm-footprint.",
        remedy: "Serve meter.metricsHandler() there, or give the meter the registry that is served.",
      },
    ];
  }
  const requests = sum(of("requests"));
  return [
    checkMistakes(of("meterErrors")),
    checkCoverage(requests, of("unattributedRequests")),
    ...checkUnknownModels(of("unattributedRequests")),
    ...checkUnknownApis(of("unattributedRequests")),
    ...checkUnknownProviders(of("requests")),
    checkEstimates(requests, of("usageRequests")),
    ...checkLabels(requests, of("requests")),
    checkOverflow(of("labelOverflow"), sum(of("labelSets")), sum(of("labelSetsLimit"))),
    checkAge(of("factorsPublished"), now),
  ];
}

const sum = (lines: readonly MetricLine[]): number => lines.reduce((total, { value }) => total + value, 0);

const positive = (lines: readonly MetricLine[]): MetricLine[] => lines.filter(({ value }) => value > 0);

function checkMistakes(lines: readonly MetricLine[]): Finding {
  const stages = positive(lines).map(({ labels, value }) => `${labels["stage"] ?? "?"} ${formatCount(value)}`);
  if (stages.length === 0) return { check: "errors", level: "good", text: "The meter has had no errors of its own." };
  return {
    check: "errors",
    level: "warning",
    text: `The meter has had errors of its own: ${stages.join(", ")}.`,
    remedy: "See the stage in the documentation of llm_footprint_meter_errors_total.",
  };
}

function checkCoverage(requests: number, unattributed: readonly MetricLine[]): Finding {
  if (requests === 0) {
    return {
      check: "coverage",
      level: "unknown",
      text: "No request has been metered yet.",
      remedy: "Send one through a wrapped client; if it does not appear, the client is not the wrapped one.",
    };
  }
  const coverage = 1 - sum(unattributed) / requests;
  const text = `${formatShare(coverage)} of ${formatCount(requests)} requests have a footprint.`;
  if (coverage >= COVERAGE_WANTED) return { check: "coverage", level: "good", text };
  const reasons = Map.groupBy(positive(unattributed), ({ labels }) => labels["reason"] ?? "?");
  const listed = Array.from(reasons, ([reason, lines]) => `${reason.replaceAll("_", " ")} ${formatCount(sum(lines))}`);
  return {
    check: "coverage",
    level: "warning",
    text: `${text} The others: ${listed.join(", ")}.`,
    remedy: "See below, or add factors of your own.",
  };
}

function checkUnknownModels(unattributed: readonly MetricLine[]): Finding[] {
  const unknown = positive(unattributed).filter(({ labels }) =>
    ["unknown_model", "no_factor"].includes(labels["reason"] ?? ""),
  );
  const models = new Set(unknown.map(({ labels }) => `${labels["provider"] ?? "?"}/${labels["model"] ?? "?"}`));
  if (models.size === 0) return [{ check: "models", level: "good", text: "Every model that answered has factors." }];
  return [
    {
      check: "models",
      level: "warning",
      text: `Without factors: ${[...models].sort().join(", ")}.`,
      remedy: "Update llm-footprint, name Azure deployments, or write a factor file (llm-footprint factors --check).",
    },
  ];
}

function checkUnknownApis(unattributed: readonly MetricLine[]): Finding[] {
  const unknown = positive(unattributed).filter(({ labels }) => labels["reason"] === "unknown_api");
  if (unknown.length === 0) return [];
  const providers = new Set(unknown.map(({ labels }) => labels["provider"] ?? "?"));
  return [
    {
      check: "APIs",
      level: "warning",
      text: `${formatCount(sum(unknown))} requests went to APIs that nobody here knows, at ${[...providers].sort().join(", ")}.`,
      remedy: "Give the wire format that the host speaks, in fetch({ provider }), or report them with meter.record().",
    },
  ];
}

function checkUnknownProviders(lines: readonly MetricLine[]): Finding[] {
  const unknown = positive(lines).filter(({ labels }) => labels["provider"] === "unknown");
  if (unknown.length === 0) return [];
  return [
    {
      check: "providers",
      level: "warning",
      text: `${formatCount(sum(unknown))} requests went to a host of which nobody says whose it is; they count at the world's average electricity.`,
      remedy:
        "Say it: wrap(client, { provider, zone }), fetch({ provider, zone }), or upstreams in serve's configuration.",
    },
  ];
}

function checkEstimates(requests: number, lines: readonly MetricLine[]): Finding {
  const share =
    requests === 0 ? 0 : sum(lines.filter(({ labels }) => labels["usage_source"] === "estimated")) / requests;
  const text = `Usage was estimated for ${formatShare(share)} of the requests.`;
  if (share <= ESTIMATED_TOLERATED) return { check: "usage", level: "good", text };
  return {
    check: "usage",
    level: "warning",
    text,
    remedy: "Let streams state their usage: stream_options.include_usage, or wrap(client, { includeUsage: true }).",
  };
}

function checkLabels(requests: number, lines: readonly MetricLine[]): Finding[] {
  const others = new Set<string>([...COMMON_LABELS, "outcome"]);
  const names = new Set(lines.flatMap(({ labels }) => Object.keys(labels)).filter((name) => !others.has(name)));
  return Array.from(names, (name): Finding => {
    const share = sum(lines.filter(({ labels }) => (labels[name] ?? "") === "")) / requests;
    if (!(share > UNLABELLED_TOLERATED))
      return { check: "labels", level: "good", text: `Requests have the label ${name}.` };
    return {
      check: "labels",
      level: "warning",
      text: `${formatShare(share)} of the requests have no ${name}.`,
      remedy: `Give it in wrap(client, { labels: { ${name}: … } }) or meter.withLabels.`,
    };
  });
}

function checkOverflow(overflow: readonly MetricLine[], used: number, limit: number): Finding {
  const labels = positive(overflow).map(({ labels }) => labels["label"] ?? "?");
  if (labels.length > 0) {
    return {
      check: "cardinality",
      level: "problem",
      text: `Values were counted under "other" because a limit was reached: ${labels.join(", ")}.`,
      remedy: "Use labels with few values (no user or request ids), or raise maxLabelValues and maxSeries.",
    };
  }
  const text = `${formatCount(used)} of ${formatCount(limit)} label sets are used.`;
  return used <= limit * (1 - ROOM_WANTED)
    ? { check: "cardinality", level: "good", text }
    : { check: "cardinality", level: "warning", text, remedy: "Use labels with fewer values, or raise maxSeries." };
}

function checkAge([line]: readonly MetricLine[], now: Date): Finding {
  if (!line) return { check: "factors", level: "unknown", text: "The age of the factors is not exported." };
  const days = Math.floor((now.getTime() / 1000 - line.value) / 86_400);
  const text = `The catalogue of factors is ${formatCount(days)} ${days === 1 ? "day" : "days"} old.`;
  return days <= STALE_DAYS
    ? { check: "factors", level: "good", text }
    : { check: "factors", level: "warning", text, remedy: "Update llm-footprint, and restate what was reported." };
}
