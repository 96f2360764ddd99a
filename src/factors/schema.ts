import type { GenericSchema } from "valibot";

import { lazySchema, type Valibot } from "../lazy/valibot.ts";
import { criterionTable, PHASES } from "../model/criteria.ts";
import {
  BASES,
  BOUNDARY_PARTS,
  CHECKS,
  FACTOR_EVIDENCE,
  FACTOR_KINDS,
  FACTOR_UNITS,
  METRICS_OF_KIND,
  MODALITIES,
  UNITS_OF_KIND,
  type Factor,
} from "./factor.ts";

/** One factor, complete. */
export const factorSchema = lazySchema(makeFactorSchema);

function makeFactorSchema(v: Valibot): GenericSchema<unknown, Factor> {
  const text = v.pipe(v.string("must be text"), v.nonEmpty("must not be empty"));
  const amount = v.pipe(
    v.number("must be a number"),
    v.finite("must be finite"),
    v.minValue(0, "must not be negative"),
  );
  const date = v.pipe(v.string("must be text"), v.regex(/^\d{4}(-\d{2}){0,2}$/, "must be YYYY, YYYY-MM or YYYY-MM-DD"));
  const oneOf = <const T extends readonly string[]>(values: T) =>
    v.picklist(values, `must be one of ${values.join(", ")}`);

  const quantity = v.pipe(
    v.strictObject({ low: amount, central: amount, high: amount, basis: oneOf(BASES) }),
    v.check(({ low, central, high }) => low <= central && central <= high, "must be in order: low ≤ central ≤ high"),
  );

  /** A name, or a prefix that ends at a separator: `gpt-4o`, `gpt-4o-*`. `*mini` or `gpt*` would match by accident. */
  const pattern = v.pipe(
    v.string("must be text"),
    v.regex(/^[^*\s]+$|^[^*\s]+[-_:@/]\*$/, "must be a model name, or a prefix that ends in a separator and `*`"),
  );

  const zone = v.pipe(
    v.string("must be text"),
    v.regex(
      /^(?:[A-Z]{3}(?:-[A-Z0-9]+)?|WORLD|[a-z][a-z0-9-]+)$/,
      "must be an ISO 3166-1 alpha-3 code or a cloud region",
    ),
  );

  const shape = v.strictObject({ inputTokens: amount, outputTokens: amount, energyJoules: quantity });
  const shapes = v.pipe(
    v.array(shape, "must be a list of shapes"),
    v.check(
      (all) =>
        all.every(({ inputTokens, outputTokens }, index) => {
          const before = all[index - 1] ?? { inputTokens: 0, outputTokens: 0 };
          return inputTokens > before.inputTokens && outputTokens > before.outputTokens;
        }),
      "must rise in both token counts",
    ),
  );

  const pixels = v.pipe(amount, v.integer("must be whole"), v.minValue(1, "must not be 0"));
  const videoShape = v.strictObject({ seconds: amount, width: pixels, height: pixels, energyJoules: quantity });
  const videoShapes = v.pipe(
    v.array(videoShape, "must be a list of shapes"),
    v.check(
      (all) =>
        all.length > 0 &&
        [...Map.groupBy(all, ({ width, height }) => width * height).values()].every((ofSize) =>
          ofSize.every(({ seconds }, index) => seconds > (ofSize[index - 1]?.seconds ?? 0)),
        ),
      "must have lengths that rise, for each size",
    ),
  );

  const yesNo = v.boolean("must be true or false");

  return v.pipe(
    v.strictObject({
      id: v.pipe(text, v.regex(/^[a-z0-9][a-z0-9._-]*$/, "must be lower-case words joined by `.` or `-`")),
      version: v.pipe(text, v.regex(/^\d+\.\d+\.\d+$/, "must be a semantic version")),
      publisher: text,
      source: v.strictObject({
        title: text,
        url: v.pipe(text, v.url("must be a URL")),
        published: date,
        retrieved: date,
        locator: text,
        checked: oneOf(CHECKS),
        archive: v.exactOptional(
          v.strictObject({
            url: v.pipe(text, v.url("must be a URL")),
            sha256: v.pipe(text, v.regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits")),
          }),
        ),
      }),
      licence: text,
      attribution: text,
      evidence: oneOf(FACTOR_EVIDENCE),
      kind: oneOf(FACTOR_KINDS),
      appliesTo: v.strictObject({
        models: v.exactOptional(v.array(pattern, "must be a list of model names")),
        providers: v.exactOptional(v.array(text, "must be a list of providers")),
        developer: v.exactOptional(text),
        modality: v.exactOptional(oneOf(MODALITIES)),
        zones: v.exactOptional(v.array(zone, "must be a list of zones")),
        validFrom: v.exactOptional(date),
        validTo: v.exactOptional(date),
        reasoningEfforts: v.exactOptional(v.array(text, "must be a list of reasoning efforts")),
      }),
      unit: oneOf(FACTOR_UNITS),
      reference: v.exactOptional(v.pipe(amount, v.gtValue(0, "must be more than 0"))),
      scalable: yesNo,
      metrics: v.strictObject({
        ...criterionTable(() => v.exactOptional(quantity)),
        ratio: v.exactOptional(quantity),
      }),
      shapes: v.exactOptional(shapes),
      videoShapes: v.exactOptional(videoShapes),
      parameters: v.exactOptional(v.record(text, quantity)),
      phase: oneOf(PHASES),
      boundary: v.strictObject(v.entriesFromList(BOUNDARY_PARTS, oneOf(["yes", "no", "unknown"] as const))),
      accounting: oneOf(["location", "market", "unknown"] as const),
      includesGrid: yesNo,
      includesPrefill: yesNo,
      includesReasoning: v.exactOptional(yesNo),
      role: v.exactOptional(oneOf(["central", "range"] as const)),
      extrapolatedFrom: v.exactOptional(text),
      supersedes: v.exactOptional(text),
      notes: v.exactOptional(text),
    }),
    v.forward(
      v.partialCheck(
        [["kind"], ["unit"]],
        ({ kind, unit }) => UNITS_OF_KIND[kind].includes(unit),
        "is not a unit of its kind",
      ),
      ["unit"],
    ),
    v.forward(
      v.partialCheck([["kind"], ["metrics"], ["shapes"], ["parameters"]], hasItsFigure, "has no figure of its kind"),
      ["metrics"],
    ),
    v.forward(
      v.partialCheck(
        [["kind"], ["metrics"]],
        ({ kind, metrics }) => kind !== "pue" || metrics.ratio === undefined || metrics.ratio.low >= 1,
        "must not be below 1",
      ),
      ["metrics"],
    ),
  );
}

type Figures = Pick<Factor, "kind" | "metrics" | "shapes" | "parameters">;

function hasItsFigure({ kind, metrics, shapes = [], parameters = {} }: Figures): boolean {
  const wanted = METRICS_OF_KIND[kind];
  if (shapes.length > 0 || wanted === undefined)
    return shapes.length + Object.keys({ ...metrics, ...parameters }).length > 0;
  return wanted.some((metric) => metrics[metric] !== undefined);
}
