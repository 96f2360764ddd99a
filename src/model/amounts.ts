import { CRITERIA, CRITERION_FACTS, type Criterion, type Phase } from "./criteria.ts";

/**
 * A footprint as a flat vector, for adding up many requests without an object for each: for every slot
 * (a criterion in a phase) its low, central and high value, in the units of the criteria.
 */
export type Amounts = Float64Array;

/** The combinations of criterion and phase that a factor can give. A slot's place here is its number. */
export const IMPACT_COLUMNS: readonly (readonly [Criterion, Phase])[] = CRITERIA.flatMap((criterion) =>
  CRITERION_FACTS[criterion].phases.map((phase) => [criterion, phase] as const),
);

/** Where a slot's `low` stands in {@link Amounts}; `central` and `high` follow it. */
export const offsetOfSlot = (slot: number): number => slot * 3;

/** @returns the slot's number, or -1 where no factor can give that phase of that criterion. */
export const slotOf = (criterion: Criterion, phase: Phase): number =>
  IMPACT_COLUMNS.findIndex(([slotCriterion, slotPhase]) => slotCriterion === criterion && slotPhase === phase);

/** A criterion's slots, in the order of their numbers. */
export const slotsOfCriterion = Object.fromEntries(
  CRITERIA.map((criterion) => [
    criterion,
    IMPACT_COLUMNS.flatMap(([of, phase], slot) => (of === criterion ? [{ slot, phase }] : [])),
  ]),
) as unknown as Readonly<Record<Criterion, readonly { readonly slot: number; readonly phase: Phase }[]>>;

/** The numbers of a criterion's slots that make up its total: all but training. */
export const totalSlots: Readonly<Record<Criterion, readonly number[]>> = Object.fromEntries(
  CRITERIA.map((criterion) => [
    criterion,
    slotsOfCriterion[criterion].flatMap(({ slot, phase }) => (phase === "training" ? [] : [slot])),
  ]),
) as Record<Criterion, number[]>;

export const newAmounts = (): Amounts => new Float64Array(IMPACT_COLUMNS.length * 3);
