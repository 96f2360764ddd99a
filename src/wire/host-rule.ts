import type { UsageHabits } from "./usage-habits.ts";

/** What a host says: who serves, and where. */
export interface HostRule {
  /**
   * The whole host by its labels, in lower case and without a port: `*` stands for one or more of them, `{region}` for
   * the one that names a region, as in `bedrock-runtime.{region}.amazonaws.com`.
   */
  readonly host: string;
  /** As OpenTelemetry's `gen_ai.provider.name`, or where it has none, by the same pattern. */
  readonly provider: string;
  /** Where the host pins its servers: an ISO 3166-1 alpha-3 code, a cloud region, or several of which it is one. */
  readonly zone?: string | readonly string[];
  /** The paths for which it holds, where a host speaks several families. @default all */
  readonly path?: RegExp;
  /** What is odd about the usage that it states. */
  readonly usage?: UsageHabits;
}

/** A rule that holds for a host, and the region that the host names. */
export interface HostMatch {
  readonly rule: HostRule;
  readonly region: string | undefined;
}

/** @param host in lower case, without a port or a trailing dot */
export function matchHost(rule: HostRule, host: string): HostMatch | undefined {
  const match = patternOf(rule.host).exec(host);
  return match ? { rule, region: match.groups?.["region"] } : undefined;
}

const patterns = new Map<string, RegExp>();

function patternOf(host: string): RegExp {
  let pattern = patterns.get(host);
  if (!pattern) {
    const source = host
      .replace(/[.+?^$()|[\]\\]/g, "\\$&")
      .replaceAll("*", "[^.]+(?:\\.[^.]+)*")
      .replace("{region}", "(?<region>[a-z0-9-]+)")
      .replaceAll(/\{(?!region)[a-z]+\}/g, "[^.]+");
    patterns.set(host, (pattern = new RegExp(`^${source}$`)));
  }
  return pattern;
}

/** A host as rules are written: without port and trailing dot, in lower case. */
export const normalisedHost = (host: string): string => host.replace(/:\d+$/, "").replace(/\.$/, "").toLowerCase();
