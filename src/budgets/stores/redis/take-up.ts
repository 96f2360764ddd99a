import type { DataLoss } from "../../accounts/budget-store.ts";
import { watchedThresholds } from "../../accounts/holdings.ts";
import type { Account } from "../../definition/budget.ts";
import { slotsWithRemainder, type KnownBalance, type LastKnown } from "./last-known.ts";
import type { Layout } from "./layout.ts";
import { balanceOf, changesOf, isFaultReply, rangeText, statementOf, type AccountReply } from "./replies.ts";
import { READ_SCRIPT, TAKE_UP_SCRIPT } from "./scripts.ts";
import type { Session } from "./session.ts";

interface Parts {
  readonly session: Session;
  readonly layout: Layout;
  readonly known: LastKnown;
  /** Where the accounts lay before, if anywhere. */
  readonly earlier: { readonly session: Session; readonly layout: Layout } | undefined;
  readonly onLoss: (loss: DataLoss) => void;
}

/** Accounts that one script takes up. */
const PAGE = 100;

/** For how long a reservation that was taken up stands: the usual time. */
const HOLD_MILLISECONDS = 900_000;

export type TakeUp = ReturnType<typeof createTakeUp>;

/** Gives a server back what is known of accounts that it has lost, or that lay elsewhere before. */
export function createTakeUp({ session, layout, known, earlier, onLoss }: Parts) {
  /** By tag, the taking up that is under way. */
  const underWay = new Map<string, Promise<void>>();
  /** Accounts that have been looked for where they lay before. */
  const takenOver = new Map<string, Promise<void>>();
  const wentBack = new Set<Account>();

  async function give(tag: string, balances: readonly KnownBalance[], back: boolean, epoch?: string): Promise<void> {
    for (let from = 0; from < balances.length; from += PAGE) {
      const page = balances.slice(from, from + PAGE);
      const accounts = page.map(({ account }) => account);
      const holds = Array.from(known.holdsIn(accounts), ({ index, id, amount }) => [index + 1, id, amount].map(String));
      const { reply, at } = await session.take(
        {
          script: TAKE_UP_SCRIPT,
          tag,
          accounts,
          of: ({ budget }, index) => [
            budget.bound,
            String(budget.limit),
            watchedThresholds(budget).join(" "),
            String(page[index]!.firstSpendAt ?? ""),
            Array.from(slotsWithRemainder(page[index]!), ([slot, spent]) => `${slot} ${rangeText(spent)}`).join(","),
          ],
          parameters: [back ? "1" : "0", String(HOLD_MILLISECONDS), ...holds.flat()],
        },
        epoch,
      );
      for (const [index, one] of (reply as AccountReply[]).entries()) {
        if (isFaultReply(one)) continue;
        const { account } = page[index]!;
        known.note(account, balanceOf(one, session.positionOf(account, at)), changesOf(one));
        known.slotsAreOld(account);
      }
    }
  }

  async function takeOver(account: Account, from: NonNullable<Parts["earlier"]>): Promise<void> {
    const tag = from.layout.tagOf(account);
    const { reply, at } = await from.session.take({
      script: READ_SCRIPT,
      tag,
      accounts: [account],
      of: () => [""],
      keys: [from.layout.tagKey(tag, "replicas")],
      parameters: ["", "0"],
    });
    const [, one] = reply as [string, AccountReply];
    if (isFaultReply(one)) return;
    const balance = statementOf(one, from.session.positionOf(account, at));
    if (!("slots" in balance) || balance.slots.size === 0) return;
    const { slots, firstSpendAt } = balance;
    const found = { account, balance, slots, firstSpendAt, changes: changesOf(one), slotsAt: undefined };
    await give(layout.tagOf(account), [found], false);
  }

  return {
    /** Gives back all that is known under a tag whose data was begun anew, under the name `epoch`. */
    lost(tag: string, epoch: string): Promise<void> {
      let taking = underWay.get(tag);
      if (taking === undefined) {
        const balances = [...known.all()].filter(({ account }) => layout.tagOf(account) === tag);
        taking = give(tag, balances, false, epoch)
          .then(() => onLoss({ accounts: balances.length }))
          .finally(() => underWay.delete(tag));
        underWay.set(tag, taking);
      }
      return taking;
    },

    /**
     * Notices an account that has seen fewer changes than are known, because the server went back to an earlier moment,
     * and takes it up.
     *
     * @returns whether it has gone back; what is known of it then stays as it is
     */
    hasGoneBack(account: Account, changes: number): boolean {
      if (wentBack.has(account)) return true;
      const last = known.of(account);
      if (last === undefined || changes >= last.changes) return false;
      wentBack.add(account);
      void give(layout.tagOf(account), [last], true)
        .then(() => onLoss({ accounts: 1 }))
        .catch(() => undefined) // the next answer shows it again
        .finally(() => wentBack.delete(account));
      return true;
    },

    /** Takes accounts over from where they lay before, each once. */
    async over(accounts: readonly Account[]): Promise<void> {
      if (earlier === undefined) return;
      await Promise.all(
        accounts.map((account) => {
          let taking = takenOver.get(account.key);
          if (taking === undefined) {
            taking = takeOver(account, earlier).catch((error: unknown) => {
              takenOver.delete(account.key);
              throw error;
            });
            takenOver.set(account.key, taking);
          }
          return taking;
        }),
      );
    },
  };
}
