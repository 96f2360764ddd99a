import type { KindOutcome, ReplayOutcome } from "../replay/replay-outcome.ts";
import { formatCount } from "../report/quantity.ts";

/** What a replay came to, for a terminal. */
export function outcomeText(outcome: ReplayOutcome, isListed: boolean): string {
  const kinds = Object.entries(outcome.kinds).filter(([, kind]) => partsOf(kind).length > 0);
  return [
    [counted(outcome.requests, "request"), ...listed(partsOf(outcome))].join(": "),
    ...(kinds.length > 1 ? kinds.map(([name, kind]) => `  ${name}: ${partsOf(kind).join(", ")}`) : []),
    ...(outcome.rejected > 0
      ? [`${counted(outcome.rejected, "record")} rejected${isListed ? "" : "; --rejected FILE lists them"}`]
      : []),
    ...(outcome.rejectedBefore > 0
      ? [`${counted(outcome.rejectedBefore, "record")} rejected when the file was first read`]
      : []),
    ...(outcome.repeated > 0 ? [`${counted(outcome.repeated, "record")} of requests that are counted already`] : []),
    ...Object.entries(outcome.passed).map(([what, count]) => `${formatCount(count)} passed over: ${what}`),
    ...outcome.notes.map((note) => `Note: ${note}`),
    ...(outcome.complete ? [] : ["interrupted; run it again to go on"]),
  ].join("\n");
}

const partsOf = ({ new: added, alreadyThere, replaced, meteredLive }: Readonly<KindOutcome>): string[] => [
  ...(added !== 0 ? [`${formatCount(added)} new`] : []),
  ...(alreadyThere > 0 ? [`${formatCount(alreadyThere)} already there`] : []),
  ...(replaced > 0 ? [`${formatCount(replaced)} in place of an earlier reading`] : []),
  ...(meteredLive > 0 ? [`${formatCount(meteredLive)} left out because they were metered live`] : []),
];

const listed = (parts: readonly string[]): string[] => (parts.length > 0 ? [parts.join(", ")] : []);

const counted = (count: number, noun: string): string => `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
