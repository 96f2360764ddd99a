import { appliesToModel } from "../../factors/applicability.ts";
import type { Catalogue } from "../../factors/catalogue.ts";
import type { Factor } from "../../factors/factor.ts";
import { ConfigurationError, shown } from "../../model/errors.ts";
import { CRITERIA } from "../../model/footprint.ts";
import { offsetOfSlot, slotOf, type Amounts } from "../../model/amounts.ts";
import { BOUNDS, scale } from "../../model/range.ts";
import type { Usage } from "../../model/usage.ts";
import type { DerivationStep } from "../engines/derivation.ts";

/**
 * How many output tokens a training is spread over, per model of the catalogue. Nobody publishes it, so there is no
 * default, and without it no training is shown.
 */
export type LifetimeOutputTokens = Readonly<Record<string, number>>;

/** A training's share, which stands beside a footprint and never in a total. */
export interface TrainingShare {
  readonly factor: Factor;
  readonly mask: number;
  /** Writes the training slots of `amounts`; the others stay as they are. */
  write(usage: Usage, amounts: Amounts): void;
  derive(usage: Usage): readonly DerivationStep[];
}

/** @throws ConfigurationError for a model whose training is not published or not usable, or a senseless denominator */
export function checkTraining(catalogue: Catalogue, lifetimes: LifetimeOutputTokens): void {
  for (const [name, tokens] of Object.entries(lifetimes)) {
    const part = `training.${name}`;
    if (!(tokens > 0 && Number.isFinite(tokens))) {
      throw new ConfigurationError(
        part,
        `expected a number of tokens, got ${shown(tokens)}`,
        "Give the output tokens of the model's life.",
      );
    }
    const factor = trainingFactor(catalogue, catalogue.resolve(name).model?.name ?? name);
    if (factor === undefined) {
      throw new ConfigurationError(
        part,
        "no training footprint is published for it",
        "Leave it out, or add a factor of your own.",
      );
    }
    if (!factor.scalable || Object.keys(factor.metrics).length === 0) {
      throw new ConfigurationError(
        part,
        factor.notes ?? "its source gives no footprint",
        "Leave it out, or add a factor of your own.",
      );
    }
  }
}

const trainingFactor = (catalogue: Catalogue, model: string): Factor | undefined =>
  catalogue.factors.find((factor) => factor.kind === "training" && appliesToModel(factor, model));

export function trainingShare(
  catalogue: Catalogue,
  model: string,
  lifetimes: LifetimeOutputTokens,
): TrainingShare | undefined {
  const named = Object.entries(lifetimes).find(([name]) => (catalogue.resolve(name).model?.name ?? name) === model);
  const factor = trainingFactor(catalogue, model);
  if (named === undefined || factor === undefined) return undefined;
  const [, lifetime] = named;
  const shareOf = ({ outputTokens = 0, reasoningTokens = 0 }: Usage): number =>
    (outputTokens + reasoningTokens) / lifetime;
  const slots = CRITERIA.flatMap((criterion) => {
    const total = factor.metrics[criterion];
    const slot = slotOf(criterion, "training");
    return total === undefined || slot < 0 ? [] : [{ criterion, slot, total }];
  });
  return {
    factor,
    mask: slots.reduce((mask, { slot }) => mask | (1 << slot), 0),
    write(usage, amounts) {
      const share = shareOf(usage);
      for (const { slot, total } of slots) {
        for (const [bound, name] of BOUNDS.entries()) amounts[offsetOfSlot(slot) + bound] = total[name] * share;
      }
    },
    derive: (usage) =>
      slots.map(({ criterion, total }) => ({
        quantity: `${criterion}, training`,
        formula: `training × (output tokens ÷ ${lifetime} in the model's life); in no total`,
        value: scale(total, shareOf(usage)),
        unit: criterion,
        factors: [factor],
      })),
  };
}
