import { exactly, type Range } from "../../../model/range.ts";
import type { AccountFault, Balance, Statement } from "../../accounts/budget-store.ts";
import type { EndedWindow } from "../../accounts/holdings.ts";
import type { Position } from "../../definition/window.ts";

/** An account in a script's reply: a fault as text, or the balance's fields with what the script adds to them. */
export type AccountReply = string | readonly string[];

/** The fields that every balance has; a script's own stand after them. */
export const BALANCE_FIELDS = 6;

export const isFaultReply = (reply: AccountReply): reply is string => typeof reply === "string";

export const faultOf = (reply: string): AccountFault => ({ problem: reply });

/** How many changes the account has seen. */
export const changesOf = (reply: readonly string[]): number => Number(reply[5]);

export function balanceOf(reply: readonly string[], position: Position): Balance {
  const [windowStart, used, reserved, ended, crossed] = reply;
  return {
    position,
    windowStart: Number(windowStart),
    used: rangeOf(used!),
    reserved: Number(reserved),
    ended: ended === "" ? undefined : endedOf(ended!),
    crossed: crossed === "" ? [] : crossed!.split(" ").map(Number),
  };
}

/** A balance alone where the slots have not changed. */
export function statementOf(reply: readonly string[], position: Position): Statement | Balance {
  const balance = balanceOf(reply, position);
  if (reply.length === BALANCE_FIELDS) return balance;
  const [first, ...slots] = reply.slice(BALANCE_FIELDS);
  return { ...balance, firstSpendAt: first === "" ? undefined : Number(first), slots: new Map(slots.map(slotOf)) };
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

export const rangeText = ({ low, central, high }: Range): string => `${low} ${central} ${high}`;
