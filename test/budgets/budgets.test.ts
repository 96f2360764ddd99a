import { afterEach, describe, expect, test } from "vitest";

import type { BudgetGrant } from "../../src/budgets/admission.ts";
import { createBudgets, type BudgetSettings, type Budgets } from "../../src/budgets/budgets.ts";
import type { BudgetEvent } from "../../src/budgets/accounts/events.ts";
import { parseBudgets } from "../../src/budgets/definition/description.ts";
import { memoryBudgetStore } from "../../src/budgets/stores/memory-store.ts";
import { BudgetExceededError, ConfigurationError } from "../../src/model/errors.ts";
import { exactly, range } from "../../src/model/range.ts";
import { budgets, carbon, HOUR, overNetwork, request, START } from "./fixtures.ts";

const open: Budgets[] = [];
afterEach(async () => {
  for (const opened of open.splice(0)) await opened.close();
});

/** Budgets with a clock to turn, and what they reported. */
function setUp(settings: Partial<BudgetSettings> & Pick<BudgetSettings, "budgets">) {
  const clock = { now: START };
  const events: BudgetEvent[] = [];
  const made = createBudgets({
    now: () => clock.now,
    prior: () => ({ co2eGrams: exactly(10), requests: exactly(1) }),
    onEvent: (event) => events.push(event),
    ...settings,
  });
  open.push(made);
  const types = () => events.map(({ type }) => type);
  const sample = (metric: string, decision?: string) =>
    [...made.samples()].find((one) => one.metric === metric && one.labels.decision === decision)?.value;
  return { ...made, clock, events, types, sample };
}

const admitNow = (from: { admit: Budgets["admit"] }, changes = {}): BudgetGrant => {
  const admission = from.admit(request(changes));
  if (admission === undefined || admission instanceof Promise) throw new Error("no admission at once");
  return admission;
};

describe("admission", () => {
  test("gives undefined, and keeps nothing, for a request that no budget matches", () => {
    const { admit, state } = setUp({ budgets: budgets({ match: { provider: "openai" }, groupBy: ["team"] }) });
    expect(admit(request())).toBeUndefined();
    expect(state()).toEqual([]);
  });

  test("reserves the estimate, then counts what was really used", () => {
    const { admit, settle, state } = setUp({ budgets: budgets({}) });
    const admission = admitNow({ admit });
    expect(state()).toMatchObject([{ used: exactly(0), reserved: 10, remaining: 90 }]);
    settle(admission, carbon(range(1, 2, 4)), undefined);
    expect(state()).toMatchObject([{ used: range(1, 2, 4), usedRatio: 0.02, reserved: 0, remaining: 98 }]);
  });

  test.each([
    ["lets answers wait while a limit is far from what they can use", "100 kg", 0],
    ["counts the answers that wait before it decides near a limit", "100 g", 1],
  ])("%s", (_, limit, times) => {
    let settled = 0;
    const made = setUp({ budgets: budgets({ limit }), settlePending: () => (settled += 1) });
    admitNow(made);
    expect(settled).toBe(times);
  });

  test("refuses by what the answers that waited have used", () => {
    const waiting: BudgetGrant[] = [];
    const made: ReturnType<typeof setUp> = setUp({
      budgets: budgets({}),
      settlePending: () => waiting.splice(0).forEach((grant) => made.settle(grant, carbon(60), undefined)),
    });
    waiting.push(admitNow(made));
    waiting.push(admitNow(made, { estimate: { co2eGrams: exactly(10) } }));
    expect(() => admitNow(made)).toThrow(BudgetExceededError);
  });

  test("settles or releases once, whichever comes first", () => {
    const { admit, settle, release, state } = setUp({ budgets: budgets({}) });
    const [one, other] = [admitNow({ admit }), admitNow({ admit })];
    settle(one, carbon(5), undefined);
    settle(one, carbon(5), undefined);
    release(one);
    release(other);
    settle(other, carbon(5), undefined);
    expect(state()).toMatchObject([{ used: exactly(5), reserved: 0 }]);
  });

  test("refuses with all that there is to know", () => {
    const { admit, settle, clock, events } = setUp({
      budgets: budgets({ name: "search", groupBy: ["team"], timeZone: "Europe/Paris" }),
    });
    settle(admitNow({ admit }), carbon(85), undefined);
    clock.now += HOUR;
    admitNow({ admit }, { estimate: { co2eGrams: exactly(6) } });
    let refusal: unknown;
    try {
      void admit(request({ id: "the last", estimate: { co2eGrams: exactly(9.5) } }));
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(BudgetExceededError);
    expect(Object.fromEntries(Object.entries(refusal as BudgetExceededError))).toEqual({
      name: "BudgetExceededError",
      budget: "search",
      criterion: "co2eGrams",
      group: { team: "search" },
      reason: "exhausted",
      limit: 100,
      used: 85,
      reserved: 6,
      estimate: 9.5,
      resetsAt: new Date("2026-01-05T23:00Z"),
    });
    expect((refusal as Error).message).toBe(
      'llm-footprint: budget "search" (team="search") has no room for a request of about 9.5 co2eGrams: ' +
        "85 of 100 used, 6 reserved; resets at 2026-01-05T23:00:00.000Z",
    );
    expect(events.at(-1)).toMatchObject({ type: "refused", requestId: "the last", reason: "exhausted", estimate: 9.5 });
  });

  test("what was refused shows per group in the state, at 76 % of the limit as well", () => {
    const { admit, settle, clock, state } = setUp({ budgets: budgets({ groupBy: ["team"] }) });
    settle(admitNow({ admit }), carbon(76), undefined);
    settle(admitNow({ admit }, { labels: { team: "ads" } }), carbon(1), undefined);
    const tooLarge = { estimate: { co2eGrams: exactly(25) } };
    expect(() => admit(request(tooLarge))).toThrow(BudgetExceededError);
    clock.now += HOUR;
    expect(() => admit(request(tooLarge))).toThrow(BudgetExceededError);
    expect(state().map(({ group, usedRatio, refused }) => [group.team, usedRatio, refused])).toEqual([
      ["search", 0.76, { requests: 2, lastAt: "2026-01-05T07:00:00.000Z" }],
      ["ads", 0.01, undefined],
    ]);
  });

  test("what a shadow budget would have refused shows in its state; a warning budget refuses nothing", () => {
    const { admit, state } = setUp({ budgets: budgets({ mode: "shadow" }, { mode: "warn" }) });
    admitNow({ admit }, { estimate: { co2eGrams: exactly(101) } });
    expect(state().map(({ mode, refused }) => [mode, refused])).toEqual([
      ["shadow", { requests: 1, lastAt: "2026-01-05T06:00:00.000Z" }],
      ["warn", undefined],
    ]);
  });

  test("a burst of 1,000 requests at once is let in up to the limit, and not one less", () => {
    const { admit, settle, state } = setUp({
      budgets: budgets({ limit: "500 g" }),
      prior: () => ({ co2eGrams: exactly(1) }),
    });
    const admitted: BudgetGrant[] = [];
    let refused = 0;
    for (let index = 0; index < 1_000; index += 1) {
      try {
        admitted.push(admitNow({ admit }));
      } catch {
        refused += 1;
      }
    }
    expect([admitted.length, refused]).toEqual([500, 500]);
    // Each is wrong by a tenth of a gram: that is all by which the limit is passed.
    for (const admission of admitted) settle(admission, carbon(1.1), undefined);
    expect(state()[0]!.used.central).toBeCloseTo(550, 9);
  });

  test("a request counts towards every budget that it matches, or is refused by one and reserves in none", () => {
    const { admit, settle, state } = setUp({
      budgets: budgets(
        { name: "carbon", match: { provider: ["openai", "mistral_ai"] } },
        { name: "two requests", criterion: "requests", limit: 2 },
        { name: "other model", match: { model: "gpt-4o" } },
      ),
    });
    settle(admitNow({ admit }), carbon(3), undefined);
    admitNow({ admit });
    expect(() => admit(request())).toThrow(BudgetExceededError);
    expect(state()).toMatchObject([
      { budget: "carbon", used: exactly(3), reserved: 3 },
      { budget: "two requests", used: exactly(1), reserved: 1 },
      { budget: "other model", used: exactly(0), reserved: 0 },
    ]);
  });

  test("each group has the limit for itself", () => {
    const { admit, settle, state } = setUp({ budgets: budgets({ groupBy: ["team"] }) });
    settle(admitNow({ admit }), carbon(95), undefined);
    expect(() => admit(request())).toThrow(BudgetExceededError);
    settle(admitNow({ admit }, { labels: { team: "ads" }, estimate: {} }), carbon(1), undefined);
    admitNow({ admit }, { labels: {}, estimate: {} });
    expect(state().map(({ group, used }) => [group.team, used.central])).toEqual([
      ["search", 95],
      ["ads", 1],
      ["", 0],
    ]);
  });

  test("a group's values are bounded as labels are, and so are the keys of its account", () => {
    const { admit, state } = setUp({ budgets: budgets({ groupBy: ["team"] }) });
    admitNow({ admit }, { labels: { team: `${"x".repeat(16_384)}1` } });
    admitNow({ admit }, { labels: { team: `${"x".repeat(16_384)}2` } });
    expect(state()).toMatchObject([{ group: { team: "x".repeat(128) }, reserved: 20 }]);
  });

  test("a label named constructor is a label like any other", () => {
    const limits = parseBudgets(
      [
        { name: "grouped", criterion: "requests", limit: 10, window: "day", groupBy: ["constructor"] },
        { name: "matched", criterion: "requests", limit: 10, window: "day", match: { constructor: "acme" } },
      ],
      { labelNames: ["constructor"] },
    );
    const { admit, state } = setUp({ budgets: limits });
    admitNow({ admit }, { labels: {} });
    admitNow({ admit }, { labels: { constructor: "acme" } });
    expect(state().map(({ budget, group, reserved }) => [budget, { ...group }, reserved])).toEqual([
      ["matched", {}, 1],
      ["grouped", { constructor: "" }, 1],
      ["grouped", { constructor: "acme" }, 1],
    ]);
  });

  test("groups beyond 2,000 share one", () => {
    const { admit, state } = setUp({ budgets: budgets({ groupBy: ["model"] }) });
    for (let index = 0; index < 2_005; index += 1) admitNow({ admit }, { model: `model-${index}` });
    expect(state()).toHaveLength(2_001);
    expect(state().at(-1)).toMatchObject({ group: { model: "other" }, reserved: 50 });
  });

  test("mode shadow lets pass and reports what it would have refused; mode warn is quiet", () => {
    for (const [mode, reported] of [
      ["shadow", ["refused"]],
      ["warn", []],
    ] as const) {
      const { admit, types, sample } = setUp({ budgets: budgets({ mode, limit: "15 g" }) });
      admitNow({ admit });
      admitNow({ admit });
      expect(types()).toEqual(reported);
      expect(sample("budgetRequests", "admitted")).toBe(2);
      expect(sample("budgetRequests", "shadow_refused")).toBe(reported.length);
    }
  });

  test("a request whose use is not known is counted as such, not as nothing", () => {
    const { admit, settle, state, sample } = setUp({ budgets: budgets({}) });
    settle(admitNow({ admit }), undefined, { outputTokens: 5 });
    expect(state()).toMatchObject([{ used: exactly(0), reserved: 0 }]);
    expect(sample("budgetUnattributed")).toBe(1);
  });

  test("an amount that is not a number counts as unknown", () => {
    const { count, state, sample } = setUp({ budgets: budgets({}) });
    count(request(), carbon({ low: 0, central: NaN, high: NaN }), undefined);
    count(request(), carbon({ low: 0, central: 0, high: Infinity }), undefined);
    expect(state()).toMatchObject([{ used: exactly(0) }]);
    expect(sample("budgetUnattributed")).toBe(2);
  });

  test("a request that is only reported counts too, refused or not", () => {
    const { count, state, types } = setUp({ budgets: budgets({ limit: "1 g" }) });
    count(request(), carbon(5), undefined);
    count(request({ provider: "openai" }), carbon(2), undefined);
    expect(state()).toMatchObject([{ used: exactly(7), reserved: 0 }]);
    expect(types()).toEqual(["threshold", "threshold", "threshold", "exhausted"]);
  });

  test("tokens are the sum of the classes that are known", () => {
    const { admit, settle, state } = setUp({ budgets: budgets({ criterion: "tokens", limit: 1000 }) });
    settle(admitNow({ admit }), undefined, {
      inputTokens: 7,
      cacheReadTokens: 100,
      outputTokens: 20,
      reasoningTokens: 3,
    });
    expect(state()[0]!.used).toEqual(exactly(130));
  });
});

describe("estimates", () => {
  const reserved = (from: Pick<Budgets, "admit" | "release" | "state">, changes = {}): number => {
    const admission = admitNow(from, changes);
    const { reserved: amount } = from.state()[0]!;
    from.release(admission);
    return amount;
  };

  test("are the prior, then the mean of what requests to the same model used", () => {
    const made = setUp({ budgets: budgets({}) });
    expect(reserved(made)).toBe(10);
    for (const grams of [2, 4]) made.settle(admitNow(made), carbon(grams), undefined);
    expect(reserved(made)).toBe(3);
    expect(reserved(made, { model: "another" })).toBe(10);
    expect(reserved(made, { estimate: { co2eGrams: exactly(7) } })).toBe(7);
  });

  test("shrink with the output tokens that are allowed, and never grow with them", () => {
    const made = setUp({ budgets: budgets({}) });
    made.settle(admitNow(made), carbon(4), { inputTokens: 50, outputTokens: 300, reasoningTokens: 100 });
    expect(reserved(made, { maximumOutputTokens: 100 })).toBe(1);
    expect(reserved(made, { maximumOutputTokens: 4_000 })).toBe(4);
  });

  test.each([-1, NaN, Infinity])("take a limit of %d output tokens for none", (maximumOutputTokens) => {
    const asked: unknown[] = [];
    const made = setUp({
      budgets: budgets({}),
      prior: (wanted) => {
        asked.push(wanted.maximumOutputTokens);
        return { co2eGrams: exactly(10) };
      },
    });
    expect(reserved(made, { maximumOutputTokens })).toBe(10);
    made.settle(admitNow(made), carbon(4), { outputTokens: 400 });
    expect(reserved(made, { maximumOutputTokens })).toBe(4);
    expect(asked).toEqual([undefined, undefined]);
  });

  test("follow a change within some twenty requests", () => {
    const made = setUp({ budgets: budgets({ limit: "1 t" }) });
    for (let index = 0; index < 200; index += 1) made.settle(admitNow(made), carbon(1), undefined);
    for (let index = 0; index < 60; index += 1) made.settle(admitNow(made), carbon(2), undefined);
    expect(reserved(made)).toBeCloseTo(2 - 0.95 ** 60, 9);
  });

  test("are in the budget's bound", () => {
    const made = setUp({ budgets: budgets({ bound: "high" }) });
    made.settle(admitNow(made), carbon(range(1, 2, 5)), undefined);
    expect(reserved(made)).toBe(5);
  });
});

describe("the degrade hook", () => {
  test("has another model or fewer tokens tried in place of a refusal", () => {
    const made = setUp({
      budgets: budgets({ limit: "12 g" }),
      prior: ({ model }) => ({ co2eGrams: exactly(model === "small" ? 1 : 10) }),
      degrade: (refusal, { model }) => (refusal.used < 12 && model !== "small" ? { model: "small" } : undefined),
    });
    expect(admitNow(made).replacement).toBeUndefined();
    expect(admitNow(made)).toMatchObject({ replacement: { model: "small" }, request: { model: "small" } });
    expect(made.state()).toMatchObject([{ reserved: 11 }]);
    expect(made.sample("budgetRequests", "degraded")).toBe(1);
    expect(made.types()).toEqual([]);
  });

  test("is asked once; a replacement that has no room is refused", () => {
    let asked = 0;
    const made = setUp({
      budgets: budgets({ limit: "5 g" }),
      degrade: () => {
        asked += 1;
        return { maximumOutputTokens: 10 };
      },
    });
    expect(() => made.admit(request())).toThrow(BudgetExceededError);
    expect(asked).toBe(1);
    expect(made.state()).toMatchObject([{ reserved: 0 }]);
  });

  test("may take a request out of the budget", () => {
    const made = setUp({
      budgets: budgets({ limit: "5 g", match: { model: "large" } }),
      degrade: () => ({ model: "small" }),
    });
    const admission = admitNow(made, { model: "large" });
    expect(admission.replacement).toEqual({ model: "small" });
    made.settle(admission, carbon(1), undefined);
    expect(made.state()).toMatchObject([{ used: exactly(0), reserved: 0 }]);
  });

  test("that throws is counted, and the request refused", () => {
    const made = setUp({
      budgets: budgets({ limit: "5 g" }),
      degrade: () => {
        throw new Error("broken handler");
      },
    });
    expect(() => made.admit(request())).toThrow(BudgetExceededError);
    expect(made.sample("budgetHandlerErrors")).toBe(1);
  });
});

describe("events", () => {
  test("threshold and exhausted once per group and window, reset at the window's end", () => {
    const made = setUp({ budgets: budgets({ mode: "warn", groupBy: ["team"], thresholds: [0.5, 1] }) });
    const spend = (team: string, grams: number) =>
      made.settle(admitNow(made, { labels: { team } }), carbon(grams), undefined);
    spend("search", 60);
    spend("search", 60);
    spend("search", 60);
    spend("ads", 60);
    made.clock.now += 18 * HOUR;
    spend("search", 60);
    const told = made.events.map((event) => [
      event.type,
      "group" in event ? event.group.team : "",
      event.type === "threshold" ? event.threshold : undefined,
    ]);
    expect(told).toEqual([
      ["threshold", "search", 0.5],
      ["threshold", "search", 1],
      ["exhausted", "search", undefined],
      ["threshold", "ads", 0.5],
      ["reset", "search", undefined],
      ["threshold", "search", 0.5],
    ]);
    expect(made.events[4]).toEqual({
      type: "reset",
      at: new Date(START + 18 * HOUR),
      budget: "budget 0",
      criterion: "co2eGrams",
      mode: "warn",
      group: { team: "search" },
      limit: 100,
      used: exactly(0),
      usedRatio: 0,
      reserved: 60,
      resetsAt: new Date("2026-01-07T00:00Z"),
      thresholds: [0.5, 1],
      ended: { startedAt: new Date("2026-01-05T00:00Z"), used: exactly(180), usedRatio: 1.8 },
    });
  });

  test("a reset is told even when no request comes", async () => {
    const made = setUp({ budgets: budgets({}), refreshSeconds: 0.01 });
    made.clock.now += 18 * HOUR;
    await expect.poll(() => made.types()).toEqual(["reset"]);
  });

  test("a handler that throws disturbs nothing and is counted", () => {
    const made = setUp({
      budgets: budgets({}),
      onEvent: () => {
        throw new Error("broken handler");
      },
    });
    made.settle(admitNow(made), carbon(60), undefined);
    expect(made.state()).toMatchObject([{ used: exactly(60) }]);
    expect(made.sample("budgetHandlerErrors")).toBe(1);
  });
});

describe("restore", () => {
  const past = (at: number, grams: number, team = "search") => ({
    subject: request({ labels: { team } }),
    at,
    spend: { co2eGrams: exactly(grams) },
  });

  test("counts the present window's requests, and tells nothing that was told before", () => {
    const made = setUp({ budgets: budgets({ groupBy: ["team"], mode: "warn" }) });
    made.restore(() => [
      past(START - 7 * HOUR, 1_000),
      past(START - 6 * HOUR, 30),
      past(START - HOUR, 25),
      past(START - HOUR, 5, "ads"),
    ]);
    expect(made.state().map(({ group, used }) => [group.team, used.central])).toEqual([
      ["search", 55],
      ["ads", 5],
    ]);
    made.settle(admitNow(made), carbon(5), undefined);
    expect(made.types()).toEqual([]);
    made.settle(admitNow(made), carbon(20), undefined);
    expect(made.events).toMatchObject([{ type: "threshold", threshold: 0.8, used: exactly(80) }]);
  });

  test("fills a rolling window with what is still in it", () => {
    const made = setUp({ budgets: budgets({ window: "rolling 60min" }) });
    made.restore(() => [past(START - 2 * HOUR, 50), past(START - HOUR / 2, 7)]);
    expect(made.state()).toMatchObject([{ used: exactly(7) }]);
    made.clock.now += HOUR;
    expect(made.state()).toMatchObject([{ used: exactly(0) }]);
  });

  test("leaves a shared store alone, which remembers by itself", async () => {
    const made = setUp({ budgets: budgets({}), store: overNetwork(memoryBudgetStore(() => START)) });
    made.restore(() => [past(START, 50)]);
    await made.close();
    expect(made.state()).toMatchObject([{ used: exactly(0) }]);
  });
});

describe("a shared store that fails", () => {
  test("lets requests pass while it is down, counts them when it is back, and says so", async () => {
    const store = overNetwork(memoryBudgetStore(() => START));
    const made = setUp({ budgets: budgets({}), store, refreshSeconds: 0.01 });
    store.fault = "unreachable";
    const admission = (await made.admit(request()))!;
    expect(made.admit(request())).not.toBeInstanceOf(Promise);
    made.settle(admission, carbon(5), undefined);
    expect(made.sample("budgetStoreReachable")).toBe(0);
    expect(made.sample("budgetPendingSettlements")).toBe(1);
    expect(made.sample("budgetRequests", "unchecked")).toBe(2);
    store.fault = "none";
    await expect.poll(() => made.state()).toMatchObject([{ used: exactly(5), reserved: 0 }]);
    expect(made.events).toMatchObject([
      { type: "store", reachable: false, problem: "connection refused" },
      { type: "store", reachable: true, problem: undefined },
    ]);
    expect(made.sample("budgetPendingSettlements")).toBe(0);
  });

  test("refuses while it is down where a budget fails closed, and leaves no reservation", async () => {
    const store = overNetwork(memoryBudgetStore(() => START));
    const made = setUp({ budgets: budgets({ onStoreFailure: "closed" }), store, refreshSeconds: 0.01 });
    await made.admit(request());
    store.fault = "answer lost";
    await expect(made.admit(request())).rejects.toMatchObject({
      name: "BudgetExceededError",
      reason: "store_unreachable",
    });
    expect(() => made.admit(request())).toThrow("could not be checked, because its store cannot be reached");
    store.fault = "none";
    await expect.poll(() => made.sample("budgetStoreReachable")).toBe(1);
    await expect.poll(() => made.state()).toMatchObject([{ reserved: 10 }]);
    expect(made.sample("budgetRequests", "refused")).toBe(2);
  });

  test("counts once what was settled when the answer was lost, and tells its threshold once", async () => {
    const store = overNetwork(memoryBudgetStore(() => START));
    const made = setUp({ budgets: budgets({}), store, refreshSeconds: 0.01 });
    const admission = (await made.admit(request()))!;
    store.fault = "answer lost";
    made.settle(admission, carbon(60), undefined);
    await expect.poll(() => made.sample("budgetStoreReachable")).toBe(0);
    store.fault = "none";
    await expect.poll(() => made.sample("budgetPendingSettlements")).toBe(0);
    expect(made.state()).toMatchObject([{ used: exactly(60), reserved: 0 }]);
    expect(made.types()).toEqual(["store", "store", "threshold"]);
  });

  test("keeps 10,000 settlements at most, and counts what it lost", async () => {
    const store = overNetwork(memoryBudgetStore(() => START));
    const made = setUp({ budgets: budgets({ mode: "warn", limit: "1 t" }), store });
    store.fault = "unreachable";
    for (let index = 0; index < 10_010; index += 1) {
      made.settle((await made.admit(request()))!, carbon(1), undefined);
    }
    expect(made.sample("budgetPendingSettlements")).toBe(10_000);
    expect(made.sample("budgetLostSettlements")).toBe(10);
  });

  test("sends what waits before it closes", async () => {
    const memory = memoryBudgetStore(() => START);
    const store = overNetwork(memory);
    const made = setUp({ budgets: budgets({}), store });
    store.fault = "unreachable";
    made.settle((await made.admit(request()))!, carbon(5), undefined);
    store.fault = "none";
    await made.close();
    const reader = setUp({ budgets: budgets({}), store: memory });
    expect(reader.state()).toMatchObject([{ used: exactly(5) }]);
  });
});

test("durations that make no sense are refused", () => {
  expect(() => createBudgets({ budgets: [], reservationSeconds: 0 })).toThrow(ConfigurationError);
  expect(() => createBudgets({ budgets: [], refreshSeconds: NaN })).toThrow(
    "createBudgets.refreshSeconds: expected a duration, got NaN. Give seconds, above 0, at most 86400.",
  );
});
