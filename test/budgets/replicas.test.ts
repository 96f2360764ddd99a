import fc from "fast-check";
import { expect, test } from "vitest";

import type { BudgetGrant } from "../../src/budgets/admission.ts";
import { createBudgets, type Budgets } from "../../src/budgets/budgets.ts";
import { memoryBudgetStore } from "../../src/budgets/stores/memory-store.ts";
import type { Balance, BudgetStore } from "../../src/budgets/accounts/budget-store.ts";
import { BudgetExceededError } from "../../src/model/errors.ts";
import { exactly } from "../../src/model/range.ts";
import { budgets, carbon, HOUR, overNetwork, request, START, type Fault } from "./fixtures.ts";

const LIMIT = 40;
const RESERVATION_SECONDS = 600;
const [budget] = budgets({ limit: `${LIMIT} g`, timeZone: "Europe/Paris" });

interface Replica {
  readonly budgets: Budgets;
  readonly network: { fault: Fault };
  readonly clock: { now: number };
  readonly open: { readonly admission: BudgetGrant; readonly estimate: number }[];
}

/** What must be true, kept beside the real thing. */
interface Model {
  /** Spent by all requests, whether or not their replica lived to book it. */
  possible: number;
  /** Spent by the requests of each replica since it was started. */
  readonly byReplica: [number, number];
}

class Cluster {
  readonly #store: BudgetStore;
  readonly replicas: [Replica, Replica];
  /** What ended windows had used, and when the windows began; told by the store itself, whatever the network loses. */
  readonly ended: { readonly windowStart: number; readonly used: number }[] = [];

  /** The latest that a clock has ever shown. */
  latest = START;

  constructor() {
    this.#store = this.#watched(memoryBudgetStore());
    this.replicas = [this.#start({ now: START }), this.#start({ now: START })];
  }

  restart(index: number): void {
    this.replicas[index] = this.#start(this.replicas[index]!.clock);
  }

  /** How the store's one account stands; reading it moves it on in time. */
  balance(now: number): Balance {
    const reader = createBudgets({ budgets: [budget!], store: this.#store, now: () => now, refreshSeconds: 86_400 });
    const [state] = reader.state();
    void reader.close();
    return {
      used: state!.used,
      reserved: state!.reserved,
      windowStart: Date.parse(state!.windowStart),
      ended: undefined,
      crossed: [],
    };
  }

  spent(now: number): number {
    return this.balance(now).used.central + this.ended.reduce((sum, { used }) => sum + used, 0);
  }

  #start(clock: { now: number }): Replica {
    const network = overNetwork(this.#store);
    const started = createBudgets({
      budgets: [budget!],
      store: network,
      now: () => clock.now,
      reservationSeconds: RESERVATION_SECONDS,
      refreshSeconds: 86_400,
    });
    return { budgets: started, network, clock, open: [] };
  }

  #watched(store: BudgetStore): BudgetStore {
    const note = <Answer extends readonly Balance[]>(balances: Answer): Answer => {
      for (const { ended } of balances) {
        if (ended !== undefined) this.ended.push({ windowStart: ended.windowStart, used: ended.used.central });
      }
      return balances;
    };
    const replies = new WeakSet<object>();
    return {
      reserve: (...step) => {
        const verdict = store.reserve(...step) as Awaited<ReturnType<BudgetStore["reserve"]>>;
        note(verdict.balances);
        return verdict;
      },
      settle: (...step) => {
        const balances = store.settle(...step) as readonly Balance[];
        if (!replies.has(balances)) note(balances); // a repeated answer tells nothing new
        replies.add(balances);
        return balances;
      },
      read: (...step) => note(store.read(...step) as Awaited<ReturnType<BudgetStore["read"]>>),
    };
  }
}

/** Until all that was begun without waiting is done. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

function check(model: Model, cluster: Cluster): void {
  const { used, reserved, windowStart } = cluster.balance(cluster.latest);
  expect(used.central).toBeGreaterThanOrEqual(0);
  expect(reserved).toBeGreaterThanOrEqual(0);
  expect(cluster.spent(cluster.latest)).toBeLessThanOrEqual(model.possible);
  const starts = cluster.ended.map((ended) => ended.windowStart);
  expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
  expect(starts.every((start) => start < windowStart)).toBe(true);
}

type Command = fc.AsyncCommand<Model, Cluster>;

function command(text: string, run: (model: Model, cluster: Cluster) => void | Promise<void>): Command {
  return {
    check: () => true,
    toString: () => text,
    run: async (model, cluster) => {
      await run(model, cluster);
      await settled();
      check(model, cluster);
    },
  };
}

const replicaIndex = fc.constantFrom(0 as const, 1 as const);

const admit = (index: 0 | 1, estimate: number): Command =>
  command(`admit(${index}, ${estimate})`, async (_, { replicas }) => {
    const { budgets: own, open } = replicas[index];
    try {
      open.push({ admission: (await own.admit(request({ estimate: { co2eGrams: exactly(estimate) } })))!, estimate });
    } catch (error) {
      expect(error).toBeInstanceOf(BudgetExceededError);
    }
  });

const settle = (index: 0 | 1, which: number, grams: number | "as estimated"): Command =>
  command(`settle(${index}, ${which}, ${grams})`, (model, { replicas }) => {
    const { budgets: own, open } = replicas[index];
    const [one] = open.length === 0 ? [] : open.splice(which % open.length, 1);
    if (one === undefined) return;
    const amount = grams === "as estimated" ? one.estimate : grams;
    own.settle(one.admission, carbon(amount), undefined);
    model.possible += amount;
    model.byReplica[index] += amount;
  });

const release = (index: 0 | 1, which: number): Command =>
  command(`release(${index}, ${which})`, (_, { replicas }) => {
    const { budgets: own, open } = replicas[index];
    const [one] = open.length === 0 ? [] : open.splice(which % open.length, 1);
    if (one !== undefined) own.release(one.admission);
  });

const turnClock = (index: 0 | 1, milliseconds: number): Command =>
  command(`turnClock(${index}, ${milliseconds / HOUR} h)`, (_, cluster) => {
    const { replicas } = cluster;
    replicas[index].clock.now += milliseconds;
    cluster.latest = Math.max(cluster.latest, replicas[index].clock.now);
    replicas[index].budgets.state();
  });

const setFault = (index: 0 | 1, fault: Fault): Command =>
  command(`setFault(${index}, ${fault})`, (_, { replicas }) => {
    replicas[index].network.fault = fault;
    if (fault === "none") replicas[index].budgets.state();
  });

const crash = (index: 0 | 1): Command =>
  command(`crash(${index})`, async (model, cluster) => {
    const { network, budgets: own } = cluster.replicas[index];
    network.fault = "unreachable";
    await own.close();
    model.byReplica[index] = 0;
    cluster.restart(index);
  });

const amounts = fc.integer({ min: 0, max: 15 });
const orderly = [
  fc.tuple(replicaIndex, amounts).map((values) => admit(...values)),
  fc.tuple(replicaIndex, amounts).map((values) => admit(...values)),
  fc.tuple(replicaIndex, fc.nat(9)).map((values) => release(...values)),
];
const disorderly = [
  ...orderly,
  fc.tuple(replicaIndex, fc.nat(9), amounts).map((values) => settle(...values)),
  fc.tuple(replicaIndex, fc.nat(9), amounts).map((values) => settle(...values)),
  fc.tuple(replicaIndex, fc.constantFrom(60_000, HOUR, 9 * HOUR, -HOUR, -30 * HOUR)).map((v) => turnClock(...v)),
  fc
    .tuple(replicaIndex, fc.constantFrom("none" as const, "unreachable" as const, "answer lost" as const))
    .map((values) => setFault(...values)),
  replicaIndex.map(crash),
];

const newModel = (): Model => ({ possible: 0, byReplica: [0, 0] });

test("whatever two replicas, their clocks, crashes and the network do: nothing is counted twice, lost or left reserved", async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(disorderly, { maxCommands: 60 }), async (commands) => {
      const model = newModel();
      const cluster = new Cluster();
      await fc.asyncModelRun(() => ({ model, real: cluster }), commands);

      // The network heals, what is in flight ends, and what crashed replicas had reserved expires.
      for (const { network, open, budgets: own } of cluster.replicas) {
        network.fault = "none";
        for (const { admission } of open) own.release(admission);
        await own.close();
      }
      const end = cluster.latest + RESERVATION_SECONDS * 1000;
      expect(cluster.balance(end).reserved).toBe(0);
      expect(cluster.spent(end)).toBeGreaterThanOrEqual(model.byReplica[0] + model.byReplica[1]);
      expect(cluster.spent(end)).toBeLessThanOrEqual(model.possible);
    }),
    { numRuns: 300 },
  );
});

test("two replicas whose estimates are right never pass the limit, and refuse nothing that has room", async () => {
  const settleAsEstimated = fc
    .tuple(replicaIndex, fc.nat(9))
    .map(([index, which]) => settle(index, which, "as estimated"));
  const admitWatched = fc.tuple(replicaIndex, amounts).map(([index, estimate]) =>
    command(`admit(${index}, ${estimate})`, async (_, cluster) => {
      const before = cluster.balance(START);
      const { budgets: own, open } = cluster.replicas[index];
      const fits = before.used.central + before.reserved + estimate <= LIMIT;
      const admission = own.admit(request({ estimate: { co2eGrams: exactly(estimate) } }))!;
      if (!fits) return expect(admission).rejects.toBeInstanceOf(BudgetExceededError);
      open.push({ admission: await admission, estimate });
    }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.commands([admitWatched, settleAsEstimated, orderly[2]!], { maxCommands: 60 }),
      async (commands) => {
        const cluster = new Cluster();
        await fc.asyncModelRun(() => ({ model: newModel(), real: cluster }), commands);
        const { used, reserved } = cluster.balance(START);
        expect(used.central + reserved).toBeLessThanOrEqual(LIMIT);
        expect(reserved).toBe(
          cluster.replicas.flatMap(({ open }) => open).reduce((sum, { estimate }) => sum + estimate, 0),
        );
        for (const { budgets: own } of cluster.replicas) await own.close();
      },
    ),
    { numRuns: 200 },
  );
});
