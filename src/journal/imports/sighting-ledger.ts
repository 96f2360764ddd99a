import type { DatabaseSync, StatementSync } from "node:sqlite";

import { enclosingSpan, spanName, type SpanLink } from "../../model/enclosing-span.ts";
import type { SeenNames } from "../seen-names.ts";

/** One instrumentation's view of a request, as it was read. */
export interface ImportedSighting {
  /** Trace and span. */
  readonly key: string;
  /** The span that it stands in. */
  readonly parent: string | undefined;
  /** The id of the provider's answer. */
  readonly answer: string | undefined;
  readonly scope: string;
  readonly model: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly failed: boolean;
  /** Whether the SDK itself saw it. */
  readonly fromSdk: boolean;
}

/** A sighting as it is kept; `id` is the request's that it counts for. */
interface Seen extends Omit<ImportedSighting, "failed" | "fromSdk" | "parent" | "answer"> {
  readonly parent: string | null;
  readonly answer: string | null;
  readonly failed: number;
  readonly fromSdk: number;
  readonly used: number;
  readonly id: string;
}

const SELECT =
  "SELECT key, parent, answer, scope, model, startedAt, endedAt, failed, fromSdk, coalesce(tokens, 0) AS used, id FROM sighting WHERE";

/** An answer's id is unique: by so much the clocks of two machines that saw it may differ, and one may begin when the other has ended. */
const ANSWER_SLACK_MILLISECONDS = 60_000;

/**
 * Finds out which spans show the same request: a span within another one that is a call too, and spans of different
 * instrumentations that have the same answer's id at the same time, give or take a minute. In whatever order they come, the same remain.
 */
export class SightingLedger {
  readonly #byKey: StatementSync;
  readonly #byParent: StatementSync;
  readonly #byAnswer: StatementSync;
  readonly #unanswered: StatementSync;
  readonly #byId: StatementSync;
  readonly #save: StatementSync;
  readonly #move: StatementSync;
  readonly #setParent: StatementSync;
  readonly #seen: SeenNames;

  /** @param seen remembers the spans between calls */
  constructor(database: DatabaseSync, seen: SeenNames) {
    this.#seen = seen;
    this.#byKey = database.prepare(`${SELECT} key = ?`);
    this.#byParent = database.prepare(`${SELECT} parent = ?`);
    this.#byAnswer = database.prepare(`${SELECT} answer = ? AND scope <> ? AND startedAt <= ? AND endedAt >= ?`);
    this.#unanswered = database.prepare(
      `${SELECT} (fromSdk = 1 OR ? = 1 AND answer IS NULL) AND fromSdk <> ? AND model = ? AND failed = ?
       AND startedAt <= ? AND endedAt >= ?`,
    );
    this.#byId = database.prepare(`${SELECT} id = ?`);
    this.#save = database.prepare(
      `INSERT INTO sighting (key, parent, answer, scope, model, startedAt, endedAt, failed, tokens, fromSdk, id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#move = database.prepare("UPDATE sighting SET id = ? WHERE id = ?");
    this.#setParent = database.prepare("UPDATE sighting SET parent = ? WHERE key = ?");
  }

  knows(key: string): boolean {
    return this.#byKey.get(key) !== undefined;
  }

  /**
   * Adds a sighting that is new.
   *
   * @param id of the request that it would be alone
   * @returns whether that request is to be kept, and the requests that it stands in place of
   */
  add(id: string, sighting: ImportedSighting, used: number): { keeps: boolean; drops: readonly string[] } {
    const others = this.#related(sighting, used);
    const mine: Candidate = { id, used, fromSdk: sighting.fromSdk, depth: 0 };
    const best = [mine, ...others].reduce((a, b) => (isBetter(b, a) ? b : a));
    const drops = others.filter((other) => other !== best).map((other) => other.id);
    for (const dropped of drops) this.#move.run(best.id, dropped);
    const { key, answer, scope, model, startedAt, endedAt, failed, fromSdk } = sighting;
    const parent = this.#enclosing(sighting);
    this.#save.run(
      ...[key, parent ?? null, answer ?? null, scope, model, startedAt, endedAt, failed ? 1 : 0],
      ...[used, fromSdk ? 1 : 0, best.id],
    );
    return { keeps: best === mine, drops };
  }

  /**
   * Learns what spans that are not calls stand in. Calls on both sides of them may have been added before.
   *
   * @returns the requests that turn out to be shown by another one
   */
  link(links: readonly SpanLink[], now: number): string[] {
    this.#seen.save(
      links.map(({ key, parent }) => ({ name: spanName(key), within: parent })),
      now,
    );
    return links.flatMap(({ key }) => this.#sightingsIn(key).flatMap((inner) => this.#moveOut(inner)));
  }

  #moveOut(inner: Seen): string[] {
    const parent = this.#enclosing({ parent: inner.parent! })!;
    const outer = this.#outerCall(parent, inner.used);
    this.#setParent.run(parent, inner.key);
    if (!outer || outer.id === inner.id) return [];
    const [mine, other] = [this.#candidate(inner.id, 1), this.#candidate(outer.id, 0)];
    const [kept, dropped] = isBetter(other, mine) ? [other, mine] : [mine, other];
    this.#move.run(kept.id, dropped.id);
    return [dropped.id];
  }

  /** The requests that a sighting belongs to: at most one that it stands in, those within it, and one beside it. */
  #related(sighting: ImportedSighting, used: number): Candidate[] {
    const ids = new Set<string>();
    const { key } = sighting;
    const outer = this.#outerCall(this.#enclosing(sighting), used);
    if (outer) ids.add(outer.id);
    const inner = this.#sightingsIn(key).map((seen) => seen.id);
    const groups = [...new Set(inner)].map((id) => this.#candidate(id, 1));
    const counted = groups.filter((each) => each.used > 0);
    // What contains several requests is not a request itself; those within it that came to nothing were attempts.
    const joined = counted.length > 1 ? [...groups.filter((each) => !counted.includes(each)), counted[0]!] : groups;
    const beside = this.#beside(sighting);
    if (beside) ids.add(beside);
    for (const { id } of joined) ids.delete(id);
    return [...joined, ...Array.from(ids, (id) => this.#candidate(id, outer?.id === id ? -1 : 0))];
  }

  #enclosing({ parent }: Pick<ImportedSighting, "parent">): string | undefined {
    return parent === undefined ? undefined : enclosingSpan(parent, (name) => this.#seen.find(name));
  }

  /** The sighting of that key, if a call with so much usage in it shows the same request. */
  #outerCall(key: string | undefined, used: number): Seen | undefined {
    const outer = key === undefined ? undefined : (this.#byKey.get(key) as Seen | undefined);
    // Of several calls within one that have a usage, each is a request.
    return outer && used > 0 && this.#sightingsIn(outer.key).some((other) => other.used > 0) ? undefined : outer;
  }

  #sightingsIn(key: string): Seen[] {
    return this.#byParent.all(key) as unknown as Seen[];
  }

  /**
   * Another instrumentation's view of the same request: of the same answer, or, where the other instrumentation keeps
   * no answer's id, of the same model as the SDK's own span at that time.
   */
  #beside({ answer, scope, model, startedAt, endedAt, failed, fromSdk }: ImportedSighting): string | undefined {
    const sdk = fromSdk ? 1 : 0;
    const found = [
      ...(answer === undefined
        ? []
        : this.#byAnswer.all(
            answer,
            scope,
            endedAt + ANSWER_SLACK_MILLISECONDS,
            startedAt - ANSWER_SLACK_MILLISECONDS,
          )),
      ...(fromSdk || answer === undefined
        ? this.#unanswered.all(sdk, sdk, model, failed ? 1 : 0, endedAt, startedAt)
        : []),
    ] as unknown as Seen[];
    const overlap = (seen: Seen): number => Math.min(endedAt, seen.endedAt) - Math.max(startedAt, seen.startedAt);
    return found
      .filter(({ id }) => !(this.#byId.all(id) as unknown as Seen[]).some((seen) => seen.scope === scope))
      .sort((a, b) => overlap(b) - overlap(a) || a.startedAt - b.startedAt)[0]?.id;
  }

  #candidate(id: string, depth: number): Candidate {
    const members = this.#byId.all(id) as unknown as Seen[];
    const counted = members.find(({ key }) => id.endsWith(key)) ?? members[0];
    return { id, used: counted?.used ?? 0, fromSdk: counted?.fromSdk === 1, depth };
  }
}

interface Candidate {
  readonly id: string;
  readonly used: number;
  readonly fromSdk: boolean;
  /** Above 0 within the sighting that is added, below 0 around it. */
  readonly depth: number;
}

/** With a usage rather than without, nearest to the wire, and then by name, so that any order gives the same. */
function isBetter(a: Candidate, b: Candidate): boolean {
  if (a.used > 0 !== b.used > 0) return a.used > 0;
  if (a.depth !== b.depth) return a.depth > b.depth;
  if (a.fromSdk !== b.fromSdk) return a.fromSdk;
  return a.id < b.id;
}
