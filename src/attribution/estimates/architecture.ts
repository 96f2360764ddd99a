import { appliesToModel, usersFirst } from "../../factors/applicability.ts";
import type { Catalogue } from "../../factors/catalogue.ts";
import type { Factor } from "../../factors/factor.ts";
import { SIZE_CLASSES, type Model, type SizeClass, type SizeInName } from "../../factors/model.ts";
import { exactly, range, scale } from "../../model/range.ts";
import type { Architecture } from "./parametric.ts";
import { needed, parameter, required } from "./weights.ts";

/** What is known of a model's build: published, estimated, or read from the size in its name. */
export function architectureOf(catalogue: Catalogue, model: Model): Architecture | undefined {
  if (model.parameterBillions !== undefined) return architectureInName(catalogue, model.parameterBillions);
  const ofModel = usersFirst(
    catalogue.factors.filter((each) => each.kind === "architecture" && appliesToModel(each, model.name)),
  );
  const factor = ofModel.find(({ parameters }) => parameters?.["activeBillions"] !== undefined);
  if (factor === undefined) return undefined;
  const speedFactor = ofModel.find(({ parameters }) => parameters?.["outputTokensPerSecond"] !== undefined);
  const { outputTokensPerSecond, timeToFirstTokenSeconds } = speedFactor?.parameters ?? {};
  const { activeBillionsInput } = factor.parameters ?? {};
  return {
    totalBillions: parameter(factor, "totalBillions"),
    activeBillions: parameter(factor, "activeBillions"),
    ...(activeBillionsInput && { activeBillionsInput }),
    ...(outputTokensPerSecond && { outputTokensPerSecond }),
    ...(timeToFirstTokenSeconds && { timeToFirstTokenSeconds }),
    factor,
    ...(speedFactor !== undefined && speedFactor !== factor && { speedFactor }),
  };
}

function architectureInName(catalogue: Catalogue, { total, active, perExpert }: SizeInName): Architecture {
  const totalBillions = exactly(total);
  if (active !== undefined || perExpert === undefined)
    return { totalBillions, activeBillions: exactly(active ?? total) };
  const factor = required(catalogue, "mixture-of-experts.experts-per-token");
  const { low, central, high } = scale(parameter(factor, "expertsPerToken"), perExpert);
  const activeBillions = range(Math.min(low, total), Math.min(central, total), Math.min(high, total));
  return { totalBillions, activeBillions, factor };
}

/** The factors published for a class of size; the first is the one of plain chat. */
export function classFactors(catalogue: Catalogue, sizeClass: SizeClass): readonly [Factor, ...Factor[]] {
  const name = `class-${sizeClass}`;
  const [chat, ...others] = catalogue.factors.filter(
    (factor) => factor.kind === "energy" && factor.evidence === "class_default" && appliesToModel(factor, name),
  );
  return [needed(chat, `a factor of ${name}`), ...others];
}

/** The class that a model falls into by its active parameters; `large` when nothing is known. */
export function sizeClassOf(catalogue: Catalogue, model: Model, architecture: Architecture | undefined): SizeClass {
  if (architecture === undefined) return model.sizeClass ?? "large";
  const active = architecture.activeBillions.central;
  const fitting = SIZE_CLASSES.find(
    (sizeClass) => active <= parameter(classFactors(catalogue, sizeClass)[0], "activeBillions").high,
  );
  return fitting ?? "large";
}
