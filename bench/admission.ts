/**
 * What a budget costs a request, in CPU time: admission and settlement around a call that answers from memory, against the
 * same call bare; for Redis also against the same number of commands without a budget. The arms alternate within each round, in changing order; the differences to the bare arm are taken round by round,
 * and a second bare arm shows what of them is noise.
 *
 * Run: node bench/admission.ts [rounds]
 */
import { createBudgets, type Budgets } from "../src/budgets/budgets.ts";
import { parseBudgets, type BudgetDescription } from "../src/budgets/definition/description.ts";
import type { Footprint } from "../src/model/footprint.ts";
import { range } from "../src/model/range.ts";
import { redisBudgetStore } from "../src/redis.ts";
import { newClient, startRedis } from "../test/servers/redis-server.ts";

const ROUNDS = Number(process.argv[2] ?? 60);
const BURST = 1_000;

const answer = JSON.stringify({
  choices: [{ message: { content: "x".repeat(400) } }],
  usage: { completion_tokens: 400 },
});
const call = async (): Promise<unknown> => new Response(answer).json();

const footprint: Footprint = {
  co2eGrams: { ...range(1, 1.14, 2), phases: {} },
  evidence: "operator_lca",
  accounting: "location",
  factorIds: [],
  catalogueVersion: "0",
  warnings: [],
};
const usage = { inputTokens: 100, outputTokens: 400 };

const descriptions = (count: number, changes: Partial<BudgetDescription> = {}): BudgetDescription[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `budget ${index}`,
    criterion: "co2eGrams",
    limit: "1000000 t",
    window: "month",
    timeZone: "Europe/Paris",
    groupBy: ["team"],
    mode: "refuse",
    ...changes,
  }));
const parsed = (...of: Parameters<typeof descriptions>) => parseBudgets(descriptions(...of), { labelNames: ["team"] });

let requests = 0;

function metered({ admit, settle }: Budgets): () => Promise<unknown> {
  return async () => {
    requests += 1;
    const admitted = admit({
      id: `r${requests}`,
      provider: "mistral_ai",
      model: "mistral-large-2411",
      operation: "chat",
      labels: { team: `team ${requests % 10}` },
    });
    const admission = admitted instanceof Promise ? await admitted : admitted;
    const result = await call();
    if (admission !== undefined) settle(admission, footprint, usage);
    return result;
  };
}

const redis = await startRedis("everysec");
const client = newClient(redis.url);
await client.connect();
const all = [
  createBudgets({ budgets: parsed(1, { match: { provider: "openai" } }) }),
  createBudgets({ budgets: parsed(1) }),
  createBudgets({ budgets: parsed(5) }),
  createBudgets({ budgets: parsed(1), store: redisBudgetStore({ client, timeoutSeconds: 10 }) }),
] as const;
const [unmatched, one, five, shared] = all.map(metered) as [() => Promise<unknown>, ...(() => Promise<unknown>)[]];
const arms: Readonly<Record<string, () => Promise<unknown>>> = {
  bare: call,
  "bare again": call,
  "no budget matches": unmatched,
  "one budget, memory": one!,
  "five budgets, memory": five!,
  "two Redis commands": async () => {
    await client.ping();
    const result = await call();
    void client.ping();
    return result;
  },
  "one budget, Redis": shared!,
};

async function microsecondsEach(run: () => Promise<unknown>, concurrent: number): Promise<number> {
  const began = process.cpuUsage();
  for (let done = 0; done < BURST; done += concurrent) {
    await Promise.all(Array.from({ length: concurrent }, run));
  }
  const { user, system } = process.cpuUsage(began);
  return (user + system) / BURST;
}

for (const concurrent of [1, BURST]) {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(arms).map((name) => [name, []]));
  for (let round = -5; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? Object.entries(arms) : Object.entries(arms).reverse();
    for (const [name, run] of order) {
      const time = await microsecondsEach(run, concurrent);
      if (round >= 0) times[name]!.push(time);
    }
  }
  console.log(`\n${concurrent} at a time, ${ROUNDS} rounds of ${BURST} calls; medians, in microseconds per call`);
  console.table(
    Object.fromEntries(
      Object.entries(times).map(([name, values]) => {
        const differences = values.map((value, round) => value - times.bare![round]!);
        return [name, { call: round2(median(values)), "over bare": round2(median(differences)) }];
      }),
    ),
  );
}

for (const budgets of all) await budgets.close();
await client.close();
await redis[Symbol.asyncDispose]();

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
