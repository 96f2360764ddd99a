import { FAMILIES } from "./families.ts";
import type { ApiFamily } from "./family.ts";
import { isExact, matchHost, matchPath, normalisedHost, type HostMatch, type HostRule } from "./host-rule.ts";
import { OTHER_HOSTS } from "./other-hosts.ts";
import { providerNamed } from "./names-of-gateways.ts";
import type { UsageHabits } from "./usage-habits.ts";

/** What a host and a path say of who serves, in which wire formats, and where. */
export interface Destination {
  /** Undefined for a host that is not known, such as a gateway of one's own. */
  readonly provider: string | undefined;
  /** The families that the host speaks; empty where it does not say. */
  readonly families: readonly ApiFamily[];
  /** Where the host pins its servers, or the region that stands in its name or in the path. */
  readonly zone: string | readonly string[] | undefined;
  /** What is odd about the usage that the host states. */
  readonly usageHabits: UsageHabits | undefined;
}

const NOWHERE: Destination = { provider: undefined, families: [], zone: undefined, usageHabits: undefined };

/** @param host as it stands in a URL, with or without a port */
export function destinationOf(host: string, path: string): Destination {
  const { spoken, others } = rulesOf(normalisedHost(host));
  const found = spoken.flatMap(({ family, matches }) => {
    const match = bestMatch(matches, path);
    return match ? [{ family, match }] : [];
  });
  // A family that has this very path goes before one that would take any.
  const sure = found.filter(({ match }) => match.rule.path);
  const speaking = sure.length > 0 ? sure : found;
  const match = speaking[0]?.match ?? bestMatch(others, path);
  if (!match) return NOWHERE;
  const { rule, region, provider } = match;
  return {
    provider: (provider === undefined ? undefined : providerNamed(provider)) ?? rule.provider,
    families: speaking.map(({ family }) => family),
    zone: rule.zone ?? zoneOfRegion(region),
    usageHabits: found.find(({ match: { rule } }) => rule.usage)?.match.rule.usage,
  };
}

/** The rules that hold for a host, whatever the path. */
interface RulesOfHost {
  readonly spoken: readonly { readonly family: ApiFamily; readonly matches: readonly HostMatch[] }[];
  readonly others: readonly HostMatch[];
}

/** A process talks to a handful of hosts; one whose hosts come from outside must not fill the memory. */
const MOST_HOSTS = 500;
const remembered = new Map<string, RulesOfHost>();

function rulesOf(name: string): RulesOfHost {
  let rules = remembered.get(name);
  if (!rules) {
    if (remembered.size >= MOST_HOSTS) remembered.clear();
    const matching = (candidates: readonly HostRule[]): HostMatch[] =>
      candidates.flatMap((rule) => matchHost(rule, name) ?? []);
    const spoken = FAMILIES.map((family) => ({ family, matches: matching(family.hosts) }));
    rules = { spoken: spoken.filter(({ matches }) => matches.length > 0), others: matching(OTHER_HOSTS) };
    remembered.set(name, rules);
  }
  return rules;
}

/** The most specific of a host's rules: one with the path before one for all, and a host of its own before a pattern. */
function bestMatch(matches: readonly HostMatch[], path: string): HostMatch | undefined {
  const rank = ({ rule }: HostMatch): number => (rule.path ? 2 : 0) + (isExact(rule) ? 1 : 0);
  return matches.flatMap((match) => matchPath(match, path) ?? []).sort((a, b) => rank(b) - rank(a))[0];
}

/** What stands where a region is expected, and is several regions, or only where requests enter. */
const MULTI_REGIONS: Readonly<Record<string, HostRule["zone"]>> = { global: undefined, us: "USA", eu: "EU" };

const zoneOfRegion = (region: string | undefined): HostRule["zone"] =>
  region !== undefined && Object.hasOwn(MULTI_REGIONS, region) ? MULTI_REGIONS[region] : region;

/** The families that a provider speaks; empty for one that no family knows. */
export const familiesOfProvider = (provider: string): readonly ApiFamily[] =>
  FAMILIES.filter(
    ({ hosts, providers = [] }) => providers.includes(provider) || hosts.some((rule) => rule.provider === provider),
  );

/** The provider that a host belongs to; undefined for hosts of no known provider. */
export const providerOfHost = (host: string, path = "/"): string | undefined => destinationOf(host, path).provider;

/** Every rule for hosts, of whatever family. */
export const allHostRules = (): readonly HostRule[] => [...FAMILIES.flatMap(({ hosts }) => hosts), ...OTHER_HOSTS];
