import type { DatabaseSync, StatementSync } from "node:sqlite";

import { ConfigurationError } from "../../model/errors.ts";
import { compareGroupings, groupingText, parseGrouping, type Grouping } from "./groupings.ts";
import type { Fate, ImportRules } from "./import-rules.ts";

/** The stretch of time that a sum covers. */
export interface ImportedBucket {
  /** Buckets of one series must not overlap. */
  readonly series: string;
  readonly endedAtMilliseconds: number;
  /** By what its rows are told apart: the same period grouped otherwise is the same requests again. */
  readonly grouping: Grouping;
}

/** What is to become of the rows of a bucket. */
export interface Admission {
  /** Why none is to be written; undefined where they are. */
  readonly fate?: Fate | undefined;
  /** Why a row is refused that adds to what is there; why a row is refused that is less than what is there. */
  readonly growth?: Refusal | undefined;
  readonly decline?: Refusal | undefined;
  /** How what is there is grouped, where that may be otherwise. */
  readonly there?: string;
}

type Refusal = Extract<Fate, object>;

interface Bucketed {
  readonly startedAtMilliseconds: number;
  readonly provider: string;
}

interface OtherBucket {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly grouping: string;
}

/** The periods for which a provider's or a gateway's own sums were read. */
export class BucketLedger {
  readonly #overlapping: StatementSync;
  readonly #save: StatementSync;
  readonly #metered: StatementSync;
  readonly #dropMetered: StatementSync;
  readonly #summedHours: StatementSync;
  /** What was found of each bucket of this run. */
  readonly #known = new Map<string, Admission>();

  constructor(database: DatabaseSync) {
    this.#overlapping = database.prepare(
      `SELECT startedAt, endedAt, grouping FROM bucket
       WHERE series = ? AND startedAt < ? AND endedAt > ?`,
    );
    this.#save = database.prepare(
      "INSERT INTO bucket VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET grouping = excluded.grouping",
    );
    const live = "importId IS NULL AND startedAt >= ? AND startedAt < ?";
    const ofProvider = "contextId IN (SELECT contextId FROM context WHERE provider = ?)";
    this.#metered = database.prepare(`SELECT sum(requests) AS requests FROM request WHERE ${live} AND ${ofProvider}`);
    this.#dropMetered = database.prepare(`DELETE FROM request WHERE ${live} AND ${ofProvider}`);
    this.#summedHours = database.prepare(
      `SELECT 1 FROM hour WHERE startedAt >= ? AND startedAt < ? AND ${ofProvider} LIMIT 1`,
    );
  }

  /** @throws ConfigurationError when its period was metered live and nobody has said which of the two counts */
  admit(request: Bucketed, bucket: ImportedBucket, rules: ImportRules): Admission {
    const { startedAtMilliseconds: from, provider } = request;
    const { series, endedAtMilliseconds: to } = bucket;
    const grouping = groupingText(bucket.grouping);
    const key = keyOf(request, bucket);
    const before = this.#known.get(key);
    if (before) return before;
    const conflict = this.#conflict(from, to, series, grouping);
    const fate = conflict.fate ?? this.#meteredLive(from, to, provider, rules);
    // What adds nothing says nothing about how its period is grouped.
    if (fate === undefined && conflict.growth === undefined) this.#save.run(series, from, to, grouping);
    const admission = { ...conflict, fate };
    this.#known.set(key, admission);
    return admission;
  }

  /** Takes an admission back: a row has shown that the bucket is grouped by other dimensions than what is there. */
  refuse(request: Bucketed, bucket: ImportedBucket, { decline, there }: Admission): void {
    this.#save.run(bucket.series, request.startedAtMilliseconds, bucket.endedAtMilliseconds, there!);
    this.#known.set(keyOf(request, bucket), { fate: decline });
  }

  /** What was found may have been taken back. */
  forget(): void {
    this.#known.clear();
  }

  #conflict(from: number, to: number, series: string, grouping: string): Admission {
    const others = this.#overlapping.all(series, to, from) as unknown as OtherBucket[];
    const mine = periodText(from, to);
    const wider = others.find((other) => other.startedAt !== from || other.endedAt !== to);
    if (wider) {
      const theirs = periodText(wider.startedAt, wider.endedAt);
      return { fate: { refused: `${mine} overlaps ${theirs}, which was read before` } };
    }
    const there = others[0]?.grouping;
    if (there === undefined) return {};
    const refusal = { refused: `${mine} was read before ${by(there)}; ${by(grouping)} it is the same requests again` };
    switch (compareGroupings(parseGrouping(grouping), parseGrouping(there))) {
      case "other":
        return { fate: refusal };
      case "fewer":
        return { growth: refusal };
      case "more":
        return { decline: refusal, there };
      case "same":
        return {};
    }
  }

  #meteredLive(from: number, to: number, provider: string, { overlap }: ImportRules): Fate | undefined {
    if (overlap === "both") return undefined;
    const { requests } = this.#metered.get(from, to, provider) as { requests: number | null };
    if (requests === null) return undefined;
    if (overlap === "metered") return "metered";
    const period = periodText(from, to);
    if (overlap === undefined) {
      throw new ConfigurationError(
        "replay",
        `${period} is in the file, and ${requests} requests to ${provider} were metered live in it`,
        "Say which of the two counts: --overlap metered, export, or both where they are different requests.",
      );
    }
    if (this.#summedHours.get(from, to, provider)) {
      throw new ConfigurationError(
        "--overlap export",
        `requests of ${period} that were metered live have been summed into hours, and cannot be told apart any more`,
        "Give --overlap metered, or read the file into a journal of its own.",
      );
    }
    this.#dropMetered.run(from, to, provider);
    return undefined;
  }
}

const keyOf = ({ startedAtMilliseconds, provider }: Bucketed, bucket: ImportedBucket): string =>
  [bucket.series, startedAtMilliseconds, bucket.endedAtMilliseconds, groupingText(bucket.grouping), provider].join(
    "\n",
  );

function by(grouping: string): string {
  const { all, some } = parseGrouping(grouping);
  const names = [...all, ...some];
  return names.length === 0 ? "not grouped" : `grouped by ${names.join(" and ")}`;
}

const periodText = (from: number, to: number): string =>
  [from, to].map((time) => new Date(time).toISOString().replace(/:00\.000Z$/, "Z")).join(" to ");
