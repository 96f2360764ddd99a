import { FAMILIES } from "./families.ts";
import type { ApiFamily } from "./family.ts";
import { matchHost, normalisedHost, type HostMatch } from "./host-rule.ts";
import type { UsageHabits } from "./usage-habits.ts";

/** What a host and a path say of who serves, in which wire formats, and where. */
export interface Destination {
  /** Undefined for a host that no family knows, such as a gateway of one's own. */
  readonly provider: string | undefined;
  /** The families that the host speaks; empty where it does not say. */
  readonly families: readonly ApiFamily[];
  /** Where the host pins its servers, or the region that stands in its name. */
  readonly zone: string | readonly string[] | undefined;
  /** What is odd about the usage that the host states. */
  readonly usageHabits: UsageHabits | undefined;
}

const NOWHERE: Destination = { provider: undefined, families: [], zone: undefined, usageHabits: undefined };

/** @param host as it stands in a URL, with or without a port */
export function destinationOf(host: string, path: string): Destination {
  const name = normalisedHost(host);
  const found = FAMILIES.flatMap((family) => {
    const match = bestRule(family, name, path);
    return match ? [{ family, ...match }] : [];
  });
  const [first] = found;
  if (!first) return NOWHERE;
  const { provider, zone } = first.rule;
  return {
    provider,
    families: found.map(({ family }) => family),
    zone: zone ?? first.region,
    usageHabits: found.find(({ rule }) => rule.usage)?.rule.usage,
  };
}

/** A family's most specific rule for a host: one without wildcards before one with them. */
function bestRule(family: ApiFamily, name: string, path: string): HostMatch | undefined {
  const matches = family.hosts
    .filter((rule) => rule.path?.test(path) ?? true)
    .flatMap((rule) => matchHost(rule, name) ?? []);
  return matches.find(({ rule }) => !/[*{]/.test(rule.host)) ?? matches[0];
}

/** The families that a provider speaks; empty for one that no family knows. */
export const familiesOfProvider = (provider: string): readonly ApiFamily[] =>
  FAMILIES.filter(
    ({ hosts, providers = [] }) => providers.includes(provider) || hosts.some((rule) => rule.provider === provider),
  );

/** The provider that a host belongs to; undefined for hosts of no known provider. */
export const providerOfHost = (host: string, path = "/"): string | undefined => destinationOf(host, path).provider;
