import { BudgetExceededError, type BudgetRefusal } from "../model/errors.ts";
import type { Account, StoreFailure } from "./definition/budget.ts";
import type { AdmissionRequest, Estimates } from "./accounts/expected-spend.ts";
import { accountEvent, type BudgetEvent } from "./accounts/events.ts";
import type { AccountsOf } from "./accounts/groups.ts";
import type { KnownAccounts } from "./accounts/known-accounts.ts";
import type { StoreLink } from "./stores/store-link.ts";
import { hasAmpleRoom } from "./accounts/ample-room.ts";
import { isFault, type Hold, type Verdict } from "./accounts/budget-store.ts";
import type { Allowances } from "./accounts/allowance.ts";
import type { DecisionCounts } from "./accounts/decision-counts.ts";

/** What to send in place of a request that would be refused. */
export interface Replacement {
  readonly model?: string;
  readonly maximumOutputTokens?: number;
}

/** Asked before a request is refused; what it returns is tried once instead. */
export type Degrade = (refusal: BudgetExceededError, request: AdmissionRequest) => Replacement | undefined;

/** Leave to send a request; to be settled or released once. */
export interface BudgetGrant {
  readonly request: AdmissionRequest;
  /** What to send in place of the request, when the `degrade` hook chose so. */
  readonly replacement: Replacement | undefined;
  /** @internal */
  readonly accounts: readonly Account[];
  /** @internal */
  open: boolean;
}

interface Parts {
  readonly accountsOf: AccountsOf;
  readonly estimates: Estimates;
  readonly knownAccounts: KnownAccounts;
  readonly allowances: Allowances;
  readonly link: StoreLink;
  readonly decisionCounts: DecisionCounts;
  readonly degrade: Degrade | undefined;
  readonly reservationSeconds: number;
  readonly emit: (event: BudgetEvent) => void;
  /** Gives back what a request may have reserved without its being known. */
  readonly release: (admission: BudgetGrant) => void;
  /** Counts the answers that have come and nobody has looked at yet: what they reserved and did not use is room. */
  readonly settlePending: (() => void) | undefined;
}

const NONE: readonly Hold[] = [];

type Reason = BudgetRefusal["reason"];

/** Decides on requests: reserves what they are expected to use, or refuses them. */
export function createAdmissions(parts: Parts) {
  const { accountsOf, estimates, knownAccounts, allowances, link, decisionCounts, degrade, emit } = parts;

  function holdsFor(request: AdmissionRequest, accounts: readonly Account[]): Hold[] {
    const estimate = estimates.of(request);
    return accounts.map((account) => {
      const { criterion, bound } = account.budget;
      return { account, amount: estimate[criterion]?.[bound] ?? 0 };
    });
  }

  function decide(
    request: AdmissionRequest,
    accounts: readonly Account[],
    replacement?: Replacement,
  ): BudgetGrant | Promise<BudgetGrant> {
    const admission = { request, replacement, accounts, open: true };
    let holds = holdsFor(request, accounts);
    if (parts.settlePending && !(link.reachable && holds.every((hold) => hasAmpleRoom(hold, knownAccounts)))) {
      parts.settlePending();
      holds = holdsFor(request, accounts);
    }
    const verdict = link.reserve(request.id, holds, parts.reservationSeconds);
    if (verdict === undefined) return decideWithoutStore(admission, holds);
    if (!(verdict instanceof Promise)) return conclude(admission, holds, verdict);
    return verdict.then((answer) => {
      if (answer !== undefined) return conclude(admission, holds, answer);
      try {
        return decideWithoutStore(admission, holds);
      } catch (refused) {
        parts.release(admission); // the reservation may stand: only its answer is known to be lost
        throw refused;
      }
    });
  }

  function conclude(
    admission: BudgetGrant,
    holds: readonly Hold[],
    verdict: Verdict,
  ): BudgetGrant | Promise<BudgetGrant> {
    const { request, replacement } = admission;
    let withoutRoom = NONE;
    let unusable = NONE;
    for (let index = 0; index < holds.length; index += 1) {
      const hold = holds[index]!;
      const balance = verdict.balances[index]!;
      if (isFault(balance)) unusable = [...unusable, hold];
      else {
        knownAccounts.note(hold.account, balance);
        if (!balance.hadRoom) withoutRoom = [...withoutRoom, hold];
      }
    }
    if (verdict.admitted) {
      if (unusable.length > 0) letPass(admission, unusable);
      for (const hold of withoutRoom) if (hold.account.budget.mode === "shadow") refuse(request, hold, "exhausted");
      return admitted(admission, replacement === undefined ? "admitted" : "degraded");
    }
    const hold = withoutRoom.find(({ account }) => account.budget.mode === "refuse")!;
    const chosen = replacement === undefined ? replacementFor(request, hold) : undefined;
    if (chosen === undefined) throw refuse(request, hold, "exhausted");
    const replaced = { ...request, ...chosen };
    return decide(replaced, accountsOf(replaced), chosen);
  }

  function decideWithoutStore(admission: BudgetGrant, holds: readonly Hold[]): BudgetGrant {
    checkWithoutStore(admission.request, holds);
    return admitted(admission, "unchecked");
  }

  /** @throws BudgetExceededError when a budget refuses what it cannot check, or its allowance is used up */
  function checkWithoutStore(request: AdmissionRequest, holds: readonly Hold[]): void {
    const by = (choice: StoreFailure) => holds.filter(({ account: { budget } }) => budget.onStoreFailure === choice);
    const refusing = by("closed")[0] ?? allowances.take(request.id, by("allowance"));
    if (refusing !== undefined) throw refuse(request, refusing, "store_unreachable");
  }

  /** Decides on accounts that the store cannot use, while the others stand reserved. */
  function letPass(admission: BudgetGrant, unusable: readonly Hold[]): void {
    for (const _ of unusable) link.accountFailed();
    try {
      checkWithoutStore(admission.request, unusable);
    } catch (refused) {
      parts.release(admission);
      throw refused;
    }
  }

  function admitted(admission: BudgetGrant, decision: "admitted" | "degraded" | "unchecked"): BudgetGrant {
    for (const { budget } of admission.accounts) decisionCounts.decided(budget, decision);
    return admission;
  }

  function replacementFor(request: AdmissionRequest, hold: Hold): Replacement | undefined {
    try {
      const chosen = degrade?.(refusalOf(hold, "exhausted"), request);
      return chosen && replaceable(chosen, request);
    } catch {
      decisionCounts.handlerFailed();
      return undefined;
    }
  }

  function refuse(request: AdmissionRequest, hold: Hold, reason: Reason): BudgetExceededError {
    const { account, amount } = hold;
    decisionCounts.decided(account.budget, account.budget.mode === "shadow" ? "shadow_refused" : "refused");
    knownAccounts.refused(account);
    const common = accountEvent(account, knownAccounts.balanceOf(account));
    emit({ type: "refused", requestId: request.id, reason, estimate: amount, ...common });
    return refusalOf(hold, reason);
  }

  function refusalOf({ account, amount }: Hold, reason: Reason): BudgetExceededError {
    const { used, reserved, position } = knownAccounts.balanceOf(account);
    const { name, criterion, limit, bound } = account.budget;
    return new BudgetExceededError({
      budget: name,
      criterion,
      group: account.group,
      reason,
      limit,
      used: used[bound],
      reserved,
      estimate: amount,
      resetsAt: new Date(position.windowEnd),
    });
  }

  /** @throws BudgetExceededError (or rejects with it) when a budget in mode `refuse` has no room */
  return (request: AdmissionRequest): BudgetGrant | Promise<BudgetGrant> | undefined => {
    const accounts = accountsOf(request);
    return accounts.length === 0 ? undefined : decide(request, accounts);
  };
}

/** What can be sent of a replacement; undefined where that is nothing, so that the request is refused. */
function replaceable(chosen: Replacement, { fixed = [] }: AdmissionRequest): Replacement | undefined {
  if (fixed.length === 0) return chosen;
  const kept = Object.fromEntries(Object.entries(chosen).filter(([name]) => !fixed.some((key) => key === name)));
  return Object.keys(kept).length > 0 ? kept : undefined;
}
