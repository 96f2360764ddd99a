import type { UsageHabits } from "./usage-habits.ts";

/** What a host says: who serves, and where. */
export interface HostRule {
  /**
   * The whole host by its labels, in lower case: `*` stands for one or more of them, `{region}` for the one that names
   * a region, `{provider}` for the one that names a provider, any other name in braces for one of any content. Without
   * a port, but for `localhost`, where the port says what listens.
   */
  readonly host: string;
  /**
   * As OpenTelemetry's `gen_ai.provider.name`, or where it has none, by the same pattern. Where a gateway's host or path
   * names another one that serves, that is the provider.
   */
  readonly provider: string;
  /** Where the host pins its servers: an ISO 3166-1 alpha-3 code, a cloud region, or several of which it is one. */
  readonly zone?: string | readonly string[];
  /** The paths for which it holds, where a host speaks several families; its group `provider` says what that of a host does. @default all */
  readonly path?: RegExp;
  /** What in a path names the region, as its group `region`: surer than the host. */
  readonly regionInPath?: RegExp;
  /** What is odd about the usage that it states. */
  readonly usage?: UsageHabits;
}

/** A rule that holds, with what the host and the path name. */
export interface HostMatch {
  readonly rule: HostRule;
  readonly region: string | undefined;
  /** As a gateway spells it. */
  readonly provider: string | undefined;
}

/** @param host normalised */
export function matchHost(rule: HostRule, host: string): HostMatch | undefined {
  const match = patternOf(rule.host).exec(host);
  return match ? { rule, region: match.groups?.["region"], provider: match.groups?.["provider"] } : undefined;
}

/** A match of the host as it is for a path; undefined where the rule does not hold for that. */
export function matchPath(match: HostMatch, path: string): HostMatch | undefined {
  const { rule } = match;
  const found = rule.path?.exec(path);
  if (rule.path && !found) return undefined;
  const region = rule.regionInPath?.exec(path)?.groups?.["region"] ?? match.region;
  return { rule, region, provider: found?.groups?.["provider"] ?? match.provider };
}

/** Whether a rule is for one host only. */
export const isExact = ({ host }: HostRule): boolean => !/[*{]/.test(host);

const patterns = new Map<string, RegExp>();

function patternOf(host: string): RegExp {
  let pattern = patterns.get(host);
  if (!pattern) {
    const source = host
      .replace(/[.+?^$()|[\]\\]/g, "\\$&")
      .replaceAll("*", "[^.]+(?:\\.[^.]+)*")
      .replace(/\{(region|provider)\}/g, "(?<$1>[a-z0-9-]+)")
      .replaceAll(/\{[a-z]+\}/g, "[^.]+");
    patterns.set(host, (pattern = new RegExp(`^${source}$`)));
  }
  return pattern;
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0|host\.docker\.internal)$/;

/** A host as rules are written: in lower case, without a trailing dot, and without a port unless it is this machine's. */
export function normalisedHost(host: string): string {
  const [, name = "", port] = /^(.*?)(?::(\d+))?$/.exec(host.toLowerCase())!;
  const bare = name.replace(/\.$/, "");
  if (!LOOPBACK.test(bare)) return bare;
  return port === undefined ? "localhost" : `localhost:${port}`;
}
