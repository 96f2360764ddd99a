import type { Catalogue } from "./catalogue.ts";
import { citation, FACTOR_KINDS, type Factor, type FactorKind, type Quantity } from "./factor.ts";

const TITLES: Readonly<Record<FactorKind, string>> = {
  direct_impact: "Published impacts",
  energy: "Published energies",
  energy_model: "The parametric method",
  token_weight: "Token weights",
  uplift: "From accelerators to the facility",
  uncertainty: "Uncertainty where none is published",
  architecture: "Parameters of models",
  grid: "Electricity",
  water_intensity: "Off-site water of electricity",
  pue: "Power usage effectiveness",
  wue: "On-site water usage effectiveness",
  embodied: "Hardware",
  training: "Training",
};

/** Every factor of a catalogue with its value and its source, as a Markdown document. */
export function factorTable(catalogue: Catalogue): string {
  const sections = FACTOR_KINDS.map((kind) => {
    const factors = catalogue.factors.filter((factor) => factor.kind === kind);
    return [
      `## ${TITLES[kind]}`,
      "",
      "| factor | applies to | value (low – central – high) | per | evidence | source | licence |",
      "| --- | --- | --- | --- | --- | --- | --- |",
      ...factors.map(row),
      "",
    ].join("\n");
  });
  return [
    "# Factors",
    "",
    `Catalogue ${catalogue.identity}, ${catalogue.published}: ${catalogue.factors.length} factors, ${catalogue.models.length} models.`,
    "Generated from `src/factors/data`; how the factors are used stands in [methodology.md](methodology.md).",
    "",
    ...sections,
  ].join("\n");
}

function row(factor: Factor): string {
  const { source, reference, unit } = factor;
  const cells = [
    `\`${citation(factor)}\``,
    applicationText(factor),
    valueText(factor),
    reference === undefined ? unit : `${reference} ${unit}s`,
    factor.evidence,
    `[${cellText(source.title)}](${source.url}), ${cellText(source.locator)}; published ${source.published}, retrieved ${source.retrieved}, ${source.checked}${archiveText(source)}`,
    factor.licence,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** The beginning of the archived file's SHA-256, as a link to it. */
const archiveText = ({ archive }: Factor["source"]): string =>
  archive === undefined ? "" : `, archived [\`${archive.sha256.slice(0, 8)}\`](${archive.url})`;

const cellText = (text: string): string => text.replace(/[|*_[\]]/g, "\\$&");

function applicationText({ appliesTo: { models, zones, providers, validFrom } }: Factor): string {
  const places = [...(models ?? []), ...(zones ?? []), ...(providers ?? [])];
  const text = places.length === 0 ? "–" : places.map((place) => `\`${place}\``).join(", ");
  return validFrom === undefined ? text : `${text}, from ${validFrom}`;
}

function valueText({ metrics, shapes = [], videoShapes = [], parameters = {} }: Factor): string {
  const named = [...Object.entries<Quantity>({ ...metrics }), ...Object.entries(parameters)];
  return [
    ...named.map(([name, quantity]) => `${name} ${quantityText(quantity)}`),
    ...shapes.map(
      ({ inputTokens, outputTokens, energyJoules }) =>
        `${inputTokens}→${outputTokens} tokens: energyJoules ${quantityText(energyJoules)}`,
    ),
    ...videoShapes.map(
      ({ seconds, width, height, energyJoules }) =>
        `${seconds} s at ${width}×${height}: energyJoules ${quantityText(energyJoules)}`,
    ),
  ].join("<br>");
}

const quantityText = ({ low, central, high, basis }: Quantity): string =>
  low === high ? `${central}` : `${low} – ${central} – ${high} (${basis})`;
