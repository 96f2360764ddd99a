import type { DatabaseSync, StatementSync } from "node:sqlite";

import { ConfigurationError } from "../../model/errors.ts";
import type { Fate, ImportRules } from "./import-rules.ts";

/** The stretch of time that a sum covers. */
export interface ImportedBucket {
  /** Buckets of one series must not overlap. */
  readonly series: string;
  readonly endedAtMilliseconds: number;
  /** By what its rows are told apart: the same period grouped otherwise is the same requests again. */
  readonly grouping: string;
}

interface Bucketed {
  readonly startedAtMilliseconds: number;
  readonly provider: string;
}

/** The periods for which a provider's or a gateway's own sums were read. */
export class BucketLedger {
  readonly #overlapping: StatementSync;
  readonly #save: StatementSync;
  readonly #metered: StatementSync;
  readonly #dropMetered: StatementSync;
  readonly #summedHours: StatementSync;
  /** What was found of each bucket of this run. */
  readonly #known = new Map<string, Fate | undefined>();

  constructor(database: DatabaseSync) {
    this.#overlapping = database.prepare(
      `SELECT startedAt, endedAt, grouping FROM bucket
       WHERE series = ? AND startedAt < ? AND endedAt > ? AND NOT (startedAt = ? AND endedAt = ? AND grouping = ?) LIMIT 1`,
    );
    this.#save = database.prepare("INSERT INTO bucket VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
    const live = "importId IS NULL AND startedAt >= ? AND startedAt < ?";
    const ofProvider = "contextId IN (SELECT contextId FROM context WHERE provider = ?)";
    this.#metered = database.prepare(`SELECT sum(requests) AS requests FROM request WHERE ${live} AND ${ofProvider}`);
    this.#dropMetered = database.prepare(`DELETE FROM request WHERE ${live} AND ${ofProvider}`);
    this.#summedHours = database.prepare(
      `SELECT 1 FROM hour WHERE startedAt >= ? AND startedAt < ? AND ${ofProvider} LIMIT 1`,
    );
  }

  /**
   * @returns why the request is not to be written; undefined where it is
   * @throws ConfigurationError when its period was metered live and nobody has said which of the two counts
   */
  admit(request: Bucketed, bucket: ImportedBucket, rules: ImportRules): Fate | undefined {
    const { startedAtMilliseconds: from, provider } = request;
    const { series, endedAtMilliseconds: to, grouping } = bucket;
    const key = `${series}\n${from}\n${to}\n${grouping}\n${provider}`;
    if (this.#known.has(key)) return this.#known.get(key);
    const fate = this.#conflict(from, to, series, grouping) ?? this.#meteredLive(from, to, provider, rules);
    if (fate === undefined) this.#save.run(series, from, to, grouping);
    this.#known.set(key, fate);
    return fate;
  }

  /** What was found may have been taken back. */
  forget(): void {
    this.#known.clear();
  }

  #conflict(from: number, to: number, series: string, grouping: string): Fate | undefined {
    const other = this.#overlapping.get(series, to, from, from, to, grouping) as
      { startedAt: number; endedAt: number; grouping: string } | undefined;
    if (!other) return undefined;
    const [mine, theirs] = [periodText(from, to), periodText(other.startedAt, other.endedAt)];
    return mine === theirs
      ? { refused: `${mine} was read before ${by(other.grouping)}; ${by(grouping)} it is the same requests again` }
      : { refused: `${mine} overlaps ${theirs}, which was read before` };
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

const by = (grouping: string): string => (grouping === "" ? "not grouped" : `grouped by ${grouping}`);

const periodText = (from: number, to: number): string =>
  [from, to].map((time) => new Date(time).toISOString().replace(/:00\.000Z$/, "Z")).join(" to ");
