import { exactly, type Range } from "../../model/range.ts";
import { watchedThresholds, type EndedWindow } from "../accounts/holdings.ts";
import { READ_SCRIPT, RESERVE_SCRIPT, SETTLE_SCRIPT, type Script } from "./redis-scripts.ts";
import type { Balance, BudgetStore, Hold } from "../accounts/budget-store.ts";

/** What is used of a client of the `redis` package, 5 or newer; a cluster client will do. */
export interface RedisClient {
  readonly isReady?: boolean;
  evalSha(sha1: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  on(event: "error", listener: (error: unknown) => void): unknown;
  listenerCount(event: "error"): number;
}

/** How to keep the accounts of budgets in Redis. */
export interface RedisBudgetStoreOptions {
  /** A connected client; connecting and closing it is the application's part. */
  readonly client: RedisClient;
  /** How all keys begin. @default "llm-footprint" */
  readonly prefix?: string;
  /** How long an answer is waited for, in seconds, before the store counts as unreachable. @default 0.5 */
  readonly timeoutSeconds?: number;
}

/** For how long the answer to a settlement is kept for a client that has not acknowledged it. */
const ANSWER_MILLISECONDS = 24 * 3600 * 1000;

/** For how long an account is kept beyond two windows after it was last touched; longer than any reservation. */
const ACCOUNT_MILLISECONDS = 24 * 3600 * 1000;

/**
 * Keeps the accounts in Redis or Valkey, for budgets that several processes share. The server must not evict keys
 * (`maxmemory-policy noeviction`, its default) and should persist them (`appendonly yes`).
 */
export function redisBudgetStore({
  client,
  prefix = "llm-footprint",
  timeoutSeconds = 0.5,
}: RedisBudgetStoreOptions): BudgetStore {
  // A client without a listener throws its connection errors into the application.
  if (client.listenerCount("error") === 0) client.on("error", () => undefined);

  const tagged = `{${prefix}:budgets}`;
  const settlementKey = (id: string): string => `${tagged}:settled:${id}`;
  const accountKeys = ({ account: { key } }: Pick<Hold, "account">): string[] =>
    ["account", "holds", "expiries"].map((part) => `${tagged}:${part}:${key}`);

  async function run({ sha1, source }: Script, keys: string[], parameters: string[]): Promise<unknown> {
    if (client.isReady === false) throw new Error("the Redis client is not connected");
    const options = { keys, arguments: parameters };
    const answer = client.evalSha(sha1, options).catch((error: unknown) => {
      if (error instanceof Error && error.message.startsWith("NOSCRIPT")) return client.eval(source, options);
      throw error;
    });
    return JSON.parse(String(await inTime(answer, timeoutSeconds))) as unknown;
  }

  return {
    async reserve(id, holds, expiresAt) {
      const reply = (await run(
        RESERVE_SCRIPT,
        [settlementKey(id), ...holds.flatMap(accountKeys)],
        [
          id,
          String(expiresAt),
          ...holds.flatMap((hold) => {
            const { bound, limit, mode } = hold.account.budget;
            return [...placeOf(hold), bound, String(limit), String(hold.amount), mode === "refuse" ? "1" : "0"];
          }),
        ],
      )) as [admitted: string, ...balances: string[][]];
      const [admitted, ...balances] = reply;
      return {
        admitted: admitted === "1",
        balances: balances.map((fields) => ({ ...balanceOf(fields), hadRoom: fields[5] === "1" })),
      };
    },

    async settle(id, bookings, acknowledged) {
      const reply = await run(
        SETTLE_SCRIPT,
        [settlementKey(id), ...bookings.flatMap(accountKeys), ...acknowledged.map(settlementKey)],
        [
          id,
          String(ANSWER_MILLISECONDS),
          String(bookings.length),
          ...bookings.flatMap((booking) => {
            const { budget } = booking.account;
            const amount = booking.amount === undefined ? "" : rangeText(booking.amount);
            return [
              ...placeOf(booking),
              budget.bound,
              String(budget.limit),
              amount,
              watchedThresholds(budget).join(" "),
            ];
          }),
        ],
      );
      return (reply as string[][]).map(balanceOf);
    },

    async read(wanted) {
      const reply = await run(READ_SCRIPT, wanted.flatMap(accountKeys), wanted.flatMap(placeOf));
      const [, ...accounts] = reply as [string, ...string[][]];
      return accounts.map((fields) => ({
        ...balanceOf(fields),
        firstSpendAt: fields[5] === "" ? undefined : Number(fields[5]),
        slots: new Map(fields.slice(6).map(slotOf)),
      }));
    },
  };
}

/** The arguments of the scripts' `open`. */
function placeOf({ account: { budget }, position }: Pick<Hold, "account" | "position">): string[] {
  const { windowStart, windowEnd, slot, keepFrom, now } = position;
  const window = budget.window.kind === "rolling" ? budget.window.durationSeconds * 1000 : windowEnd - windowStart;
  return [windowStart, slot, keepFrom, now, Math.ceil(2 * window) + ACCOUNT_MILLISECONDS].map(String);
}

function balanceOf([windowStart, used, reserved, ended, crossed]: string[]): Balance {
  return {
    windowStart: Number(windowStart),
    used: rangeOf(used!),
    reserved: Number(reserved),
    ended: ended === "" ? undefined : endedOf(ended!),
    crossed: crossed === "" ? [] : crossed!.split(" ").map(Number),
  };
}

function endedOf(text: string): EndedWindow {
  const [windowStart, used] = slotOf(text);
  return { windowStart, used };
}

function slotOf(text: string): [start: number, spent: Range] {
  const space = text.indexOf(" ");
  return [Number(text.slice(0, space)), rangeOf(text.slice(space + 1))];
}

function rangeOf(text: string): Range {
  const [low, central, high] = text.split(" ").map(Number);
  return low === undefined || central === undefined || high === undefined ? exactly(0) : { low, central, high };
}

const rangeText = ({ low, central, high }: Range): string => `${low} ${central} ${high}`;

/**
 * A server that hangs keeps the connection open and never answers: the client alone would wait for ever. An answer that
 * has already arrived, but waits for this process to be less busy, is not late.
 */
async function inTime<Value>(answer: Promise<Value>, seconds: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const giveUp = () => reject(new Error(`no answer from Redis within ${seconds} s`));
    timer = setTimeout(() => setImmediate(giveUp), seconds * 1000);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
