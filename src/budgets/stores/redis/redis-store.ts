import { randomUUID } from "node:crypto";

import { ConfigurationError, shown } from "../../../model/errors.ts";
import {
  isFault,
  type AccountFault,
  type Balance,
  type BudgetStore,
  type DataLoss,
  type Statement,
  type Verdict,
} from "../../accounts/budget-store.ts";
import type { Account } from "../../definition/budget.ts";
import { scriptRunner, type RedisClient } from "./client.ts";
import { createLastKnown } from "./last-known.ts";
import { byGroup, checkedPrefix, undivided, type Layout } from "./layout.ts";
import { createSession } from "./session.ts";
import { createTagSteps } from "./tag-steps.ts";
import { createTakeUp } from "./take-up.ts";

/** How to keep the accounts of budgets in Redis. */
export interface RedisBudgetStoreOptions {
  /** A connected client; connecting and closing it is the application's part. */
  readonly client: RedisClient;
  /** How all keys begin; without braces. @default "llm-footprint" */
  readonly prefix?: string;
  /** For how many seconds the server may answer nothing before a call counts as late. @default 0.5 */
  readonly timeoutSeconds?: number;
  /**
   * How the accounts lie in a Redis Cluster. `none`: on one node, and a request's steps are atomic over all its
   * budgets; `group`: spread over the nodes by budget and group, and a request that one of its budgets refuses has held
   * room in the others for a moment. Accounts that were begun without it are taken over.
   *
   * @default "none"
   */
  readonly sharding?: "none" | "group";
}

const SHARDINGS: readonly unknown[] = ["none", "group"];

/**
 * Keeps the accounts in Redis or Valkey, for budgets that several processes share, by the server's clock. The server
 * must not evict keys (`maxmemory-policy noeviction`, its default) and should persist them (`appendonly yes`).
 *
 * @example
 * ```ts
 * const client = await createClient({ url: "redis://localhost:6379" }).connect();
 * const meter = createMeter({ budgets: "budgets.yaml", budgetStore: redisBudgetStore({ client }) });
 * ```
 * @throws ConfigurationError for a prefix with braces, or a sharding that does not exist
 */
export const redisBudgetStore = (options: RedisBudgetStoreOptions): BudgetStore => redisBudgetStoreAt(options);

/** @param now a clock in place of the server's, for tests */
export function redisBudgetStoreAt(options: RedisBudgetStoreOptions, now?: () => number): BudgetStore {
  const { client, timeoutSeconds = 0.5, sharding = "none" } = options;
  const prefix = checkedPrefix(options.prefix ?? "llm-footprint");
  if (!SHARDINGS.includes(sharding)) {
    throw new ConfigurationError("redisBudgetStore.sharding", `got ${shown(sharding)}`, "Allowed: none, group.");
  }
  const run = scriptRunner(client, timeoutSeconds);
  const layout = sharding === "group" ? byGroup(prefix) : undivided(prefix);
  const known = createLastKnown();
  const listeners: ((loss: DataLoss) => void)[] = [];
  const session = createSession(run, layout, (tag, epoch) => takeUp.lost(tag, epoch), now);
  const takeUp = createTakeUp({
    session,
    layout,
    known,
    earlier: sharding === "group" ? whereItWas(undivided(prefix)) : undefined,
    onLoss: (loss) => listeners.forEach((listener) => listener(loss)),
  });
  const steps = createTagSteps({ session, layout, known, takeUp });
  const replica = randomUUID();
  let replicas = 1;
  /** The tags that keep the answer to a settlement, and the answers that are no longer needed, by tag. */
  const tagsOf = new Map<string, readonly string[]>();
  const acknowledgedIn = new Map<string, string[]>();

  function whereItWas(earlier: Layout) {
    return { layout: earlier, session: createSession(run, earlier, () => Promise.resolve(), now) };
  }

  /** Takes a step for each tag, and gives the answers in the order of the items. */
  async function overTags<Item, Answer>(
    items: readonly Item[],
    accountOf: (item: Item) => Account,
    step: (tag: string, part: readonly Item[]) => Promise<readonly Answer[]>,
  ): Promise<Answer[]> {
    await takeUp.over(items.map(accountOf));
    const [first] = items;
    const onlyTag = first && layout.tagOf(accountOf(first));
    if (onlyTag !== undefined && items.every((item) => layout.tagOf(accountOf(item)) === onlyTag)) {
      return [...(await step(onlyTag, items))];
    }
    const tagged = items.map((item, index) => ({ item, index }));
    const parts = Map.groupBy(tagged, ({ item }) => layout.tagOf(accountOf(item)));
    const answers: Answer[] = [];
    await Promise.all(
      Array.from(parts, async ([tag, part]) => {
        const found = await step(
          tag,
          part.map(({ item }) => item),
        );
        for (const [place, { index }] of part.entries()) answers[index] = found[place]!;
      }),
    );
    return answers;
  }

  /** The acknowledged settlements whose answers a tag keeps; they are its step's to forget. */
  function takeAcknowledged(tag: string): string[] {
    const acknowledged = acknowledgedIn.get(tag) ?? [];
    acknowledgedIn.delete(tag);
    return acknowledged;
  }

  function acknowledge(ids: readonly string[], tags: (id: string) => readonly string[]): void {
    for (const id of ids) {
      for (const tag of tags(id)) acknowledgedIn.set(tag, [...(acknowledgedIn.get(tag) ?? []), id]);
      tagsOf.delete(id);
    }
  }

  return {
    async reserve(id, holds, seconds): Promise<Verdict> {
      const admittedIn = new Map<string, readonly Account[]>();
      const refused: string[] = [];
      const balances = await overTags(
        holds,
        ({ account }) => account,
        async (tag, part) => {
          const verdict = await steps.reserve(tag, id, part, seconds);
          const accounts = part.map(({ account }) => account);
          if (verdict.admitted) admittedIn.set(tag, accounts);
          else refused.push(tag);
          return verdict.balances;
        },
      );
      if (refused.length === 0) {
        known.reserved(id, holds);
        return { admitted: true, balances };
      }
      // What some tags have set aside is given back when another had no room.
      const givenBack = new Map<Account, Balance | AccountFault>();
      for (const [tag, accounts] of admittedIn) {
        const after = await steps.cancel(tag, id, accounts);
        for (const [index, account] of accounts.entries()) givenBack.set(account, after[index]!);
      }
      return {
        admitted: false,
        balances: balances.map((balance, index) => {
          const after = givenBack.get(holds[index]!.account);
          return after === undefined || isFault(after) ? balance : { ...balance, reserved: after.reserved };
        }),
      };
    },

    async settle(id, bookings, acknowledged) {
      acknowledge(acknowledged, (settled) => tagsOf.get(settled) ?? []);
      const tags: string[] = [];
      const balances = await overTags(
        bookings,
        ({ account }) => account,
        async (tag, part) => {
          tags.push(tag);
          const forget = takeAcknowledged(tag);
          try {
            return await steps.settle(tag, id, part, forget);
          } catch (error) {
            acknowledge(forget, () => [tag]);
            throw error;
          }
        },
      );
      known.ended(id);
      tagsOf.set(id, tags);
      return balances;
    },

    async read(accounts) {
      const look = async (tag: string, part: readonly Account[]) => {
        const answer = await steps.read(tag, part, replica);
        replicas = answer.replicas;
        return answer.statements;
      };
      // Also a look at nothing shows whether the server answers.
      if (accounts.length === 0) return look(layout.anyTag, []);
      return overTags<Account, Statement | Balance | AccountFault>(accounts, (account) => account, look);
    },

    get replicas() {
      return replicas;
    },

    onDataLoss: (listener) => void listeners.push(listener),
  };
}
