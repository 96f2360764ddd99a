import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { BudgetGrant } from "../../src/budgets/admission.ts";
import { isFault, type Balance, type BudgetStore } from "../../src/budgets/accounts/budget-store.ts";
import { ungroupedAccount } from "../../src/budgets/accounts/groups.ts";
import { createBudgets, type Budgets } from "../../src/budgets/budgets.ts";
import { BudgetExceededError } from "../../src/model/errors.ts";
import { exactly } from "../../src/model/range.ts";
import { budgets, carbon, HOUR, overNetwork, request, START, type Fault } from "./fixtures.ts";

const LIMIT = 40;
const RESERVATION_SECONDS = 600;
const limits = budgets(
  { limit: `${LIMIT} g`, timeZone: "Europe/Paris" },
  { name: "wider", limit: `${LIMIT + 10} g`, window: "rolling 24h" },
);
const accounts = limits.map(ungroupedAccount);
const REPLICAS = 3;

/** The real thing that replicas share. */
export interface SharedStore {
  /** A connection of one more process. */
  connect(now: () => number): BudgetStore;
  /** Forgets everything, as a server does that restarts without persistence; undefined where that cannot be. */
  readonly loseData?: () => Promise<unknown>;
}

interface Replica {
  readonly budgets: Budgets;
  readonly network: { fault: Fault };
  /** This process's own clock, by which nothing goes. */
  readonly clock: { now: number };
  readonly open: { readonly grant: BudgetGrant; readonly estimate: number }[];
}

/** What must be true, kept beside the real thing. */
interface Model {
  /** Spent by all requests, whether or not their replica lived to book it. */
  possible: number;
  /** Spent by the requests of each replica since it was started. */
  readonly byReplica: number[];
  lostData: boolean;
  /** The most that a replica knew to be used when the data was lost. */
  known: number;
}

class Replicas {
  readonly #shared: SharedStore;
  readonly #observer: BudgetStore;
  readonly #settled = new Set<string>();
  readonly all: Replica[];
  /** What ended windows had used, and when the windows began; the store's own word, whatever the network loses. */
  readonly ended: { readonly windowStart: number; readonly used: number }[] = [];
  /** The store's clock, and the latest that it has ever shown. */
  now = START;
  latest = START;

  constructor(shared: SharedStore) {
    this.#shared = shared;
    this.#observer = this.#watched(shared.connect(() => this.now));
    this.all = Array.from({ length: REPLICAS }, () => this.#start({ now: START }));
  }

  get loseData() {
    return this.#shared.loseData;
  }

  restart(index: number): void {
    this.all[index] = this.#start(this.all[index]!.clock);
  }

  /** How the store's accounts stand; reading them moves them on in time. */
  async balances(): Promise<Balance[]> {
    return (await this.#observer.read(accounts)).map((balance) => {
      if (isFault(balance)) throw new Error(balance.problem);
      return balance;
    });
  }

  async balance(): Promise<Balance> {
    return (await this.balances())[0]!;
  }

  async reserved(): Promise<number[]> {
    return (await this.balances()).map(({ reserved }) => reserved);
  }

  async spent(): Promise<number> {
    const { used } = await this.balance();
    return used.central + this.ended.reduce((sum, ended) => sum + ended.used, 0);
  }

  #start(clock: { now: number }): Replica {
    const network = overNetwork(this.#watched(this.#shared.connect(() => this.now)));
    const started = createBudgets({
      budgets: limits,
      store: network,
      now: () => clock.now,
      reservationSeconds: RESERVATION_SECONDS,
      refreshSeconds: 86_400,
    });
    return { budgets: started, network, clock, open: [] };
  }

  #watched(store: BudgetStore): BudgetStore {
    const note = <Answers extends readonly object[]>(balances: Answers): Answers => {
      const [balance] = balances as readonly object[] as readonly Balance[];
      if (balance?.ended) {
        this.ended.push({ windowStart: balance.ended.windowStart, used: balance.ended.used.central });
      }
      return balances;
    };
    return {
      reserve: async (...step) => {
        const verdict = await store.reserve(...step);
        note(verdict.balances);
        return verdict;
      },
      settle: async (id, ...step) => {
        const balances = await store.settle(id, ...step);
        if (!this.#settled.has(id)) note(balances); // a repeated answer brings nothing about
        this.#settled.add(id);
        return balances;
      },
      read: async (...step) => note(await store.read(...step)),
    };
  }
}

async function check(model: Model, replicas: Replicas): Promise<void> {
  const { used, reserved, windowStart } = await replicas.balance();
  expect(used.central).toBeGreaterThanOrEqual(0);
  expect(reserved).toBeGreaterThanOrEqual(0);
  expect(await replicas.spent()).toBeLessThanOrEqual(model.possible);
  if (model.lostData) return;
  const starts = replicas.ended.map((ended) => ended.windowStart);
  expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
  expect(starts.every((start) => start < windowStart)).toBe(true);
}

type Command = fc.AsyncCommand<Model, Replicas>;

const command = (text: string, run: (model: Model, replicas: Replicas) => void | Promise<void>): Command => ({
  check: () => true,
  toString: () => text,
  run: async (model, replicas) => {
    await run(model, replicas);
    await check(model, replicas);
  },
});

const admit = (index: number, estimate: number): Command =>
  command(`admit(${index}, ${estimate})`, async (_, { all }) => {
    const { budgets: own, open } = all[index]!;
    try {
      open.push({ grant: (await own.admit(request({ estimate: { co2eGrams: exactly(estimate) } })))!, estimate });
    } catch (error) {
      expect(error).toBeInstanceOf(BudgetExceededError);
    }
  });

/** Takes one of a replica's open requests. */
const taken = ({ open }: Replica, which: number) => (open.length === 0 ? [] : open.splice(which % open.length, 1));

const settle = (index: number, which: number, grams: number | "as estimated"): Command =>
  command(`settle(${index}, ${which}, ${grams})`, (model, { all }) => {
    for (const { grant, estimate } of taken(all[index]!, which)) {
      const amount = grams === "as estimated" ? estimate : grams;
      all[index]!.budgets.settle(grant, carbon(amount), undefined);
      model.possible += amount;
      model.byReplica[index]! += amount;
    }
  });

const release = (index: number, which: number): Command =>
  command(`release(${index}, ${which})`, (_, { all }) => {
    for (const { grant } of taken(all[index]!, which)) all[index]!.budgets.release(grant);
  });

const turnStoreClock = (milliseconds: number): Command =>
  command(`turnStoreClock(${milliseconds / HOUR} h)`, (_, replicas) => {
    replicas.now += milliseconds;
    replicas.latest = Math.max(replicas.latest, replicas.now);
  });

/** Of no consequence to anybody. */
const turnClock = (index: number, milliseconds: number): Command =>
  command(`turnClock(${index}, ${milliseconds / HOUR} h)`, (_, { all }) => {
    all[index]!.clock.now += milliseconds;
    all[index]!.budgets.state();
  });

const setFault = (index: number, fault: Fault): Command =>
  command(`setFault(${index}, ${fault})`, (_, { all }) => {
    all[index]!.network.fault = fault;
    if (fault === "none") all[index]!.budgets.state();
  });

const crash = (index: number): Command =>
  command(`crash(${index})`, async (model, replicas) => {
    const { network, budgets: own } = replicas.all[index]!;
    network.fault = "unreachable";
    await own.close();
    model.byReplica[index] = 0;
    replicas.restart(index);
  });

const loseData = command("loseData()", async (model, replicas) => {
  const known = replicas.all.map(({ budgets: own }) => own.state()[0]!.used.central);
  model.known = Math.max(model.known, ...known);
  await replicas.loseData!();
  model.lostData = true;
});

const replicaIndex = fc.nat(REPLICAS - 1);
const amounts = fc.integer({ min: 0, max: 15 });
const admits = fc.tuple(replicaIndex, amounts).map((values) => admit(...values));
const releases = fc.tuple(replicaIndex, fc.nat(9)).map((values) => release(...values));
const settles = fc.tuple(replicaIndex, fc.nat(9), amounts).map((values) => settle(...values));
const disorder = [
  admits,
  admits,
  releases,
  settles,
  settles,
  fc.constantFrom(60_000, HOUR, 9 * HOUR, -HOUR, -30 * HOUR).map(turnStoreClock),
  fc.tuple(replicaIndex, fc.constantFrom(HOUR, 24 * 40 * HOUR, -30 * HOUR)).map((values) => turnClock(...values)),
  fc
    .tuple(replicaIndex, fc.constantFrom("none" as const, "unreachable" as const, "answer lost" as const))
    .map((values) => setFault(...values)),
  replicaIndex.map(crash),
];

const newModel = (): Model => ({ possible: 0, byReplica: Array<number>(REPLICAS).fill(0), lostData: false, known: 0 });

/** What three replicas that share a store must hold to, whatever happens to them. */
export function describeReplicas(name: string, newStore: () => Promise<SharedStore>, numRuns: number): void {
  describe(`three replicas on ${name}`, () => {
    test("whatever their clocks, crashes and the network do: nothing is counted twice, lost or left reserved", async () => {
      await fc.assert(
        fc.asyncProperty(fc.commands(disorder, { maxCommands: 60 }), async (commands) => {
          const model = newModel();
          const replicas = new Replicas(await newStore());
          await fc.asyncModelRun(() => ({ model, real: replicas }), commands);
          await heal(replicas);
          expect(await replicas.reserved()).toEqual([0, 0]);
          expect(await replicas.spent()).toBeGreaterThanOrEqual(model.byReplica.reduce((sum, spent) => sum + spent, 0));
          expect(await replicas.spent()).toBeLessThanOrEqual(model.possible);
        }),
        { numRuns },
      );
    });

    test("whose estimates are right never pass the limit, and refuse nothing that has room", async () => {
      const admitWatched = fc.tuple(replicaIndex, amounts).map(([index, estimate]) =>
        command(`admit(${index}, ${estimate})`, async (_, replicas) => {
          const before = await replicas.balance();
          const { budgets: own, open } = replicas.all[index]!;
          const fits = before.used.central + before.reserved + estimate <= LIMIT;
          const grant = own.admit(request({ estimate: { co2eGrams: exactly(estimate) } }))!;
          if (!fits) return expect(grant).rejects.toBeInstanceOf(BudgetExceededError);
          open.push({ grant: await grant, estimate });
        }),
      );
      const settlesAsEstimated = fc
        .tuple(replicaIndex, fc.nat(9))
        .map(([index, which]) => settle(index, which, "as estimated"));
      await fc.assert(
        fc.asyncProperty(
          fc.commands([admitWatched, settlesAsEstimated, releases], { maxCommands: 60 }),
          async (commands) => {
            const replicas = new Replicas(await newStore());
            await fc.asyncModelRun(() => ({ model: newModel(), real: replicas }), commands);
            for (const { budgets: own } of replicas.all) await own.close();
            const { used, reserved } = await replicas.balance();
            expect(used.central + reserved).toBeLessThanOrEqual(LIMIT);
            const open = replicas.all.flatMap((replica) => replica.open);
            const inFlight = open.reduce((sum, { estimate }) => sum + estimate, 0);
            expect(await replicas.reserved()).toEqual([inFlight, inFlight]);
          },
        ),
        { numRuns },
      );
    });
  });
}

/** What three replicas hold to whose store forgets everything now and then. */
export function describeDataLoss(name: string, newStore: () => Promise<SharedStore>, numRuns: number): void {
  test(`three replicas on ${name} that loses its data take it up: never more than was spent, never less than one knew`, async () => {
    const orderly = [admits, admits, releases, settles, settles];
    await fc.assert(
      fc.asyncProperty(fc.commands([...orderly, fc.constant(loseData)], { maxCommands: 40 }), async (commands) => {
        const model = newModel();
        const replicas = new Replicas(await newStore());
        await fc.asyncModelRun(() => ({ model, real: replicas }), commands);
        await heal(replicas);
        expect(await replicas.spent()).toBeGreaterThanOrEqual(model.known);
        expect(await replicas.spent()).toBeLessThanOrEqual(model.possible);
        expect(await replicas.reserved()).toEqual([0, 0]);
      }),
      { numRuns },
    );
  });
}

/** The network heals, what is in flight ends, and what crashed replicas had reserved expires. */
async function heal(replicas: Replicas): Promise<void> {
  for (const { network, open, budgets: own } of replicas.all) {
    network.fault = "none";
    own.state();
    for (const { grant } of open) own.release(grant);
    await own.close();
  }
  replicas.now = replicas.latest + RESERVATION_SECONDS * 1000;
}
