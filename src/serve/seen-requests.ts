import type { PastRequest } from "../formats/past-request.ts";
import { enclosingSpan, spanName, type SeenName, type SpanLink } from "../model/enclosing-span.ts";
import { RecentNames } from "./recent-names.ts";

/** How long a request is remembered: a batch may be sent again for as long as a Collector keeps it. */
const REMEMBERED_MILLISECONDS = 24 * 3_600_000;

/** Ids kept at most, of which at least half are. */
const MOST_IDS = 2_000_000;
/** Spans between calls, kept at most: those of all traces under way, of which a Collector may send every span. */
const MOST_LINKS = 200_000;

/** What outlives the process. */
export interface LongMemory {
  remember(names: readonly SeenName[]): void;
  recall(name: string): SeenName | undefined;
}

/**
 * Tells a request that comes for the first time from one that was counted: the same span or row sent again, a span
 * around or inside one that was counted, another span of the same answer, or the span of an exchange that was relayed.
 */
export class SeenRequests {
  readonly #seen: RecentNames<SeenName>;
  readonly #links: RecentNames<SeenName>;
  readonly #relayed: Pick<ReadonlySet<string>, "has">;
  readonly #memory: LongMemory | undefined;

  /** @param relayed the ids of answers that the gateway has relayed and counted */
  constructor(relayed: Pick<ReadonlySet<string>, "has">, memory?: LongMemory, now: () => number = Date.now) {
    this.#seen = new RecentNames(REMEMBERED_MILLISECONDS, MOST_IDS, now);
    this.#links = new RecentNames(REMEMBERED_MILLISECONDS, MOST_LINKS, now);
    this.#relayed = relayed;
    this.#memory = memory;
  }

  /** Learns what a span that is not a call stands in: a call may stand on each side of it. */
  link({ key, parent }: SpanLink): void {
    const name = { name: spanName(key), within: parent };
    this.#links.set(name.name, name);
    this.#memory?.remember([name]);
    if (this.#has(around(key))) this.#keep([around(this.#enclosing(parent))]);
  }

  /** @returns false for one that was counted before */
  isNew({ id, sighting, provider, usage }: PastRequest): boolean {
    if (id !== undefined && this.#has(id)) return false;
    const { key, answer } = sighting ?? {};
    const names = [id, key && inside(key), answer !== undefined && `answer ${provider} ${answer}`].filter(
      (name) => typeof name === "string",
    );
    const parent = sighting?.parent === undefined ? undefined : this.#enclosing(sighting.parent);
    // A usage that comes after spans without one is not lost, though their request then counts twice.
    const counted = (name: string): boolean => this.#has(name) && !(usage && this.#isUnused(name));
    const encloses = key !== undefined && this.#has(around(key));
    const isNew =
      !(encloses && counted(around(key))) &&
      !names.some(counted) &&
      !(answer !== undefined && this.#relayed.has(answer)) &&
      !(parent !== undefined && (counted(inside(parent)) || (!usage && this.#has(enclosing(parent)))));
    // The next call in one that is shown by those in it is new; one without a usage was an attempt.
    const kept = [...(encloses ? [enclosing(key)] : []), ...(encloses && !isNew ? [] : names)];
    const all = parent === undefined ? kept : [...kept, around(parent)];
    const unused = usage
      ? all.filter((name) => this.#isUnused(name)).map(used)
      : all.filter((name) => !this.#has(name)).map(without);
    this.#keep([...all, ...unused]);
    return isNew;
  }

  /** Whether all that was counted under a name stated no usage. */
  #isUnused(name: string): boolean {
    return this.#has(without(name)) && !this.#has(used(name));
  }

  #enclosing(key: string): string {
    return enclosingSpan(key, (name) => this.#links.get(name) ?? this.#memory?.recall(name));
  }

  #keep(names: readonly string[]): void {
    const kept = names.map((name) => ({ name }));
    for (const each of kept) this.#seen.set(each.name, each);
    if (kept.length > 0) this.#memory?.remember(kept);
  }

  #has(name: string): boolean {
    return this.#seen.get(name) !== undefined || this.#memory?.recall(name) !== undefined;
  }
}

const without = (name: string): string => `without ${name}`;
const used = (name: string): string => `used ${name}`;
const inside = (key: string): string => `span ${key}`;
const enclosing = (key: string): string => `call ${key}`;
const around = (key: string): string => `around ${key}`;
