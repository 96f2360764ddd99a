import type { AccountFault, Balance, Booking, Hold, Statement, Verdict } from "../../accounts/budget-store.ts";
import { watchedThresholds } from "../../accounts/holdings.ts";
import type { Account } from "../../definition/budget.ts";
import type { LastKnown } from "./last-known.ts";
import type { Layout } from "./layout.ts";
import {
  BALANCE_FIELDS,
  balanceOf,
  changesOf,
  faultOf,
  isFaultReply,
  rangeText,
  statementOf,
  type AccountReply,
} from "./replies.ts";
import { CANCEL_SCRIPT, READ_SCRIPT, RESERVE_SCRIPT, SETTLE_SCRIPT } from "./scripts.ts";
import type { Session } from "./session.ts";
import type { TakeUp } from "./take-up.ts";

interface Parts {
  readonly session: Session;
  readonly layout: Layout;
  readonly known: LastKnown;
  readonly takeUp: TakeUp;
}

/** For how long the answer to a settlement is kept for a client that has not acknowledged it. */
const ANSWER_MILLISECONDS = 24 * 3600 * 1000;

/** A process that has not looked for this long no longer counts as one that shares the store. */
const REPLICA_MILLISECONDS = 15_000;

/** The steps of a store, each over accounts that share a tag: atomic. */
export function createTagSteps({ session, layout, known, takeUp }: Parts) {
  function balancesOf(accounts: readonly Account[], replies: readonly AccountReply[], at: number) {
    return accounts.map((account, index): Balance | Statement | AccountFault => {
      const reply = replies[index]!;
      if (isFaultReply(reply)) return faultOf(reply);
      const balance = statementOf(reply, session.positionOf(account, at));
      if (!takeUp.hasGoneBack(account, changesOf(reply))) known.note(account, balance, changesOf(reply));
      return balance;
    });
  }

  return {
    async reserve(tag: string, id: string, holds: readonly Hold[], seconds: number): Promise<Verdict> {
      const accounts = holds.map(({ account }) => account);
      const { reply, at } = await session.take({
        script: RESERVE_SCRIPT,
        tag,
        accounts,
        of: ({ budget: { bound, limit, mode } }, index) => [
          bound,
          String(limit),
          String(holds[index]!.amount),
          mode === "refuse" ? "1" : "0",
        ],
        keys: [layout.settlementKey(tag, id)],
        parameters: [id, String(seconds * 1000)],
      });
      const [admitted, ...replies] = reply as [string, ...AccountReply[]];
      const balances = balancesOf(
        accounts,
        replies.map((one) => (isFaultReply(one) ? one : one.slice(0, BALANCE_FIELDS))),
        at,
      );
      return {
        admitted: admitted === "1",
        balances: balances.map((balance, index) => ({ ...balance, hadRoom: replies[index]![BALANCE_FIELDS] === "1" })),
      };
    },

    async cancel(tag: string, id: string, accounts: readonly Account[]): Promise<(Balance | AccountFault)[]> {
      const { reply, at } = await session.take({ script: CANCEL_SCRIPT, tag, accounts, parameters: [id] });
      return balancesOf(accounts, reply as AccountReply[], at);
    },

    async settle(
      tag: string,
      id: string,
      bookings: readonly Booking[],
      acknowledged: readonly string[],
    ): Promise<(Balance | AccountFault)[]> {
      const accounts = bookings.map(({ account }) => account);
      const { reply, at } = await session.take({
        script: SETTLE_SCRIPT,
        tag,
        accounts,
        of: ({ budget }, index) => {
          const { amount } = bookings[index]!;
          const text = amount === undefined ? "" : rangeText(amount);
          return [budget.bound, String(budget.limit), text, watchedThresholds(budget).join(" ")];
        },
        keys: [id, ...acknowledged].map((settled) => layout.settlementKey(tag, settled)),
        parameters: [id, String(ANSWER_MILLISECONDS)],
      });
      const [settledAt, replies] = JSON.parse(reply as string) as [string, AccountReply[]];
      if (Number(settledAt) === at) return balancesOf(accounts, replies, at);
      // An answer that is given again is about a moment that has passed.
      return replies.map((one, index) =>
        isFaultReply(one) ? faultOf(one) : balanceOf(one, session.positionOf(accounts[index]!, Number(settledAt))),
      );
    },

    /** @param replica the process that asks */
    async read(tag: string, accounts: readonly Account[], replica: string) {
      const { reply, at } = await session.take({
        script: READ_SCRIPT,
        tag,
        accounts,
        of: (account) => [String(known.of(account)?.slotsAt ?? "")],
        keys: [layout.tagKey(tag, "replicas")],
        parameters: [replica, String(REPLICA_MILLISECONDS)],
      });
      const [replicas, ...replies] = reply as [string, ...AccountReply[]];
      return { replicas: Number(replicas), statements: balancesOf(accounts, replies, at) };
    },
  };
}
