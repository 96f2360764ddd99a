import { createAttribute } from "../../src/attribution/selection/attribute.ts";
import type { Attributor } from "../../src/attribution/attributor.ts";
import { exported, type AddedSample, type Exported } from "../../src/metrics/samples.ts";
import { newAmounts } from "../../src/model/amounts.ts";
import { createTotals, type Totals } from "../../src/totals/totals.ts";
import { activity, EVENTS, usageOf, WORKLOADS, type Workload } from "./workloads.ts";

/** The limits of the history's budgets, for a month, in grams. */
const BUDGETS = { research: 60_000, support: 40_000, search: 6_000 } as const;

const HOUR = 3_600_000;

/**
 * A process that meters invented traffic with the real attribution, totals and exporter, under a clock that is moved
 * by hand.
 */
export class Simulation {
  readonly #end: number;
  readonly #random = randomFrom(20_261_123);
  readonly #attribute = createAttribute();
  readonly #attributors = new Map<string, ReturnType<typeof this.attributor>>();
  readonly #amounts = newAmounts();
  readonly #used = new Map<string, number>();
  readonly #admitted = new Map<string, number>();
  #now: number;
  #totals: Totals;

  constructor(start: number, end: number) {
    this.#now = start;
    this.#end = end;
    this.#totals = this.#started();
  }

  /** Lets time pass, with its requests. */
  advance(milliseconds: number): void {
    const before = this.#hoursToGo;
    this.#now += milliseconds;
    if (before > EVENTS.restart && this.#hoursToGo <= EVENTS.restart) this.#totals = this.#started();
    const time = new Date(this.#now);
    if (new Date(this.#now - milliseconds).getUTCMonth() !== time.getUTCMonth()) this.#used.clear();
    for (const workload of WORKLOADS) {
      const mean =
        (workload.requestsPerHour * activity(time, workload.quiet) * this.#excess(workload) * milliseconds) / HOUR;
      const requests = Math.floor(mean * (0.8 + 0.4 * this.#random()) + this.#random());
      for (let request = 0; request < requests; request += 1) this.#request(workload);
    }
  }

  /** What a scrape would find. */
  get metrics(): readonly Exported[] {
    const restated = this.#hoursToGo <= EVENTS.restatement.at;
    return exported({
      totals: this.#totals,
      version: "0.1.0",
      startedAtSeconds: 0,
      catalogue: {
        version: restated ? EVENTS.restatement.catalogueAfter : EVENTS.restatement.catalogueBefore,
        publishedAt: new Date(restated ? "2026-11-02T00:00:00Z" : "2026-08-03T00:00:00Z"),
      },
      sources: [() => this.#budgets()],
    });
  }

  get #hoursToGo(): number {
    return (this.#end - this.#now) / HOUR;
  }

  #started(): Totals {
    return createTotals({ labelNames: ["team", "feature"], zeroHoldSeconds: 0, now: () => this.#now });
  }

  #excess({ feature }: Workload): number {
    const { from, to, feature: which, factor } = EVENTS.runaway;
    return feature === which && this.#hoursToGo <= from && this.#hoursToGo > to ? factor : 1;
  }

  attributor({ provider, model, operation }: Workload) {
    return this.#attribute({ provider, model, operation });
  }

  #request(workload: Workload): void {
    const { provider, operation, team, feature } = workload;
    let attributor = this.#attributors.get(feature);
    if (!attributor) this.#attributors.set(feature, (attributor = this.attributor(workload)));
    const series = this.#totals.series({ provider, model: attributor.model, operation, labels: { team, feature } });
    this.#admitted.set(team, (this.#admitted.get(team) ?? 0) + 1);
    const durationSeconds = 0.3 + workload.outputTokens / 80 + 2 * this.#random() ** 3;
    const common = { attempts: this.#random() < 0.02 ? 2 : 1, durationSeconds };
    if (this.#random() < workload.failing) {
      this.#totals.add(series, {
        ...common,
        outcome: "failed",
        usageSource: "missing",
        slots: 0,
        unattributedReason: "failed",
      });
      return;
    }
    const usage = usageOf(workload, this.#random);
    const usageSource = this.#random() < workload.estimated ? ("estimated" as const) : ("reported" as const);
    const answered = { ...common, outcome: "completed" as const, usage, usageSource };
    if (!isAttributor(attributor)) {
      this.#totals.add(series, { ...answered, slots: 0, unattributedReason: attributor.unattributedReason });
      return;
    }
    const slots = attributor.evaluate(usage, durationSeconds, this.#amounts);
    const { before, provider: restated, at } = EVENTS.restatement;
    if (provider === restated && this.#hoursToGo > at)
      this.#amounts.forEach((value, index) => (this.#amounts[index] = value * before));
    this.#totals.noteModel(series, attributor);
    this.#totals.add(series, {
      ...answered,
      ...(operation === "chat" && { timeToFirstTokenSeconds: 0.15 + 0.4 * this.#random() }),
      amounts: this.#amounts,
      slots,
      evidence: attributor.evidence,
    });
    const co2eGrams = (this.#amounts[1] ?? 0) + (this.#amounts[4] ?? 0) + (this.#amounts[7] ?? 0);
    this.#used.set(team, (this.#used.get(team) ?? 0) + co2eGrams);
  }

  *#budgets(): Generator<AddedSample> {
    const time = new Date(this.#now);
    const begin = Date.UTC(time.getUTCFullYear(), time.getUTCMonth());
    const end = Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1);
    const gone = Math.max(0.02, (this.#now - begin) / (end - begin));
    for (const [team, limit] of Object.entries(BUDGETS)) {
      const used = this.#used.get(team) ?? 0;
      const labels = { budget: team, criterion: "co2eGrams", window: "month UTC", group: `team=${team}` };
      const forecast = used / gone;
      yield { metric: "budgetLimit", labels, value: limit };
      yield { metric: "budgetUsed", labels, value: used };
      yield { metric: "budgetUsedRatio", labels, value: used / limit };
      yield { metric: "budgetReserved", labels, value: 0 };
      yield { metric: "budgetReset", labels, value: end / 1000 };
      yield { metric: "budgetForecastLow", labels, value: forecast * 0.8 };
      yield { metric: "budgetForecastCentral", labels, value: forecast };
      yield { metric: "budgetForecastHigh", labels, value: forecast * 1.3 };
      if (forecast > limit) {
        const exhausted = begin + ((this.#now - begin) * limit) / used;
        yield { metric: "budgetExhausted", labels, value: exhausted / 1000 };
      }
      yield {
        metric: "budgetRequests",
        labels: { budget: team, decision: "admitted" },
        value: this.#admitted.get(team) ?? 0,
      };
      yield { metric: "budgetUnattributed", labels: { budget: team }, value: 0 };
    }
  }
}

const isAttributor = (found: ReturnType<Simulation["attributor"]>): found is Attributor => "evaluate" in found;

/** A small generator of pseudo-random numbers (mulberry32), so that each history is the same. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
