import { randomUUID } from "node:crypto";

import type { Account, Budget } from "../../definition/budget.ts";
import { windowClock, type Position, type WindowClock } from "../../definition/window.ts";
import type { scriptRunner } from "./client.ts";
import type { Layout } from "./layout.ts";
import type { Script } from "./scripts.ts";

/** One run of a script over accounts that share a tag. */
export interface Step {
  readonly script: Script;
  readonly tag: string;
  readonly accounts: readonly Account[];
  /** What the script wants to know of each account beside its place; equally many of each. */
  readonly of?: (account: Account, index: number) => readonly string[];
  readonly keys?: readonly string[];
  readonly parameters?: readonly string[];
}

/** What a script answered. */
export interface Answer {
  readonly reply: unknown;
  /** The server's time, in milliseconds since the epoch. */
  readonly at: number;
}

/** Where a budget's window stands, as it is sent. */
interface Place {
  readonly windowStart: number;
  readonly slot: number;
  readonly text: readonly string[];
}

interface Reply extends Answer {
  /** `stale`: the places were not those of the server's time; `lost`: the data is not the one that was known. */
  readonly status: "ok" | "stale" | "lost";
  /** The name under which the server's data was begun. */
  readonly epoch: string;
}

/** For how long an account is kept beyond two windows after it was last touched; longer than any reservation. */
const ACCOUNT_MILLISECONDS = 24 * 3600 * 1000;

/** A step is sent again when its place was not the server's: once to learn the time, again where a slot just ended. */
const ATTEMPTS = 5;

export type Session = ReturnType<typeof createSession>;

/**
 * Runs steps by the server's clock and on data that is known: a step whose place in the window is not the server's is
 * found anew by the server's time and sent again, and one on data that was lost is sent again after `onLoss`.
 *
 * @param now a clock in place of the server's, for tests
 */
export function createSession(
  run: ReturnType<typeof scriptRunner>,
  layout: Layout,
  onLoss: (tag: string, epoch: string) => Promise<void>,
  now?: () => number,
) {
  const clocks = new WeakMap<Budget, WindowClock>();
  /** As they were last sent: they are the same for as long as a slot lasts. */
  const places = new WeakMap<Budget, Place>();
  /** By tag, the name under which the server's data was begun. */
  const epochs = new Map<string, string>();
  /** What the server's clock shows beyond this process's. */
  let offset = 0;

  function positionOf({ budget }: Account, at: number): Position {
    let clock = clocks.get(budget);
    if (clock === undefined) clocks.set(budget, (clock = windowClock(budget.window)));
    return clock(at);
  }

  function placeOf(account: Account, at: number): readonly string[] {
    const { windowStart, windowEnd, slot, slotMilliseconds, keepFrom } = positionOf(account, at);
    const { budget } = account;
    const before = places.get(budget);
    if (before?.slot === slot && before.windowStart === windowStart) return before.text;
    const { window } = budget;
    const duration = window.kind === "rolling" ? window.durationSeconds * 1000 : windowEnd - windowStart;
    const kept = Math.ceil(2 * duration) + ACCOUNT_MILLISECONDS;
    const text = [windowStart, slot, slotMilliseconds, keepFrom, kept].map(String);
    places.set(budget, { windowStart, slot, text });
    return text;
  }

  async function send(step: Step, epoch: string): Promise<Reply> {
    const { script, tag, accounts, of = () => [], keys = [], parameters = [] } = step;
    const time = now?.();
    const perAccount = accounts.map((account, index) => [
      ...placeOf(account, time ?? Date.now() + offset),
      ...of(account, index),
    ]);
    const [status, at, begunAs, reply] = (await run(
      script,
      [layout.tagKey(tag, "epoch"), ...accounts.flatMap(layout.accountKeys), ...keys],
      [
        ...[epoch, randomUUID(), time === undefined ? "" : String(time), String(accounts.length)],
        ...[String(perAccount[0]?.length ?? 0), ...perAccount.flat(), ...parameters],
      ],
    )) as [Reply["status"], string, string, unknown];
    offset = Number(at) - Date.now();
    return { status, at: Number(at), epoch: begunAs, reply };
  }

  /** @param epoch of the data that the step is meant for, where it is not the one that is known */
  async function take(step: Step, epoch?: string): Promise<Answer> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const known = epoch ?? epochs.get(step.tag);
      const answer = await send(step, known ?? "");
      if (known === undefined) epochs.set(step.tag, answer.epoch);
      if (answer.status === "ok") return answer;
      if (answer.status === "lost") {
        // Lost again while it was taken up: the step that noticed the first loss will notice this one.
        if (epoch !== undefined) break;
        await onLoss(step.tag, answer.epoch);
        epochs.set(step.tag, answer.epoch);
      }
    }
    throw new Error("Redis loses its data, or its clock jumps, again and again");
  }

  return { take, positionOf };
}
