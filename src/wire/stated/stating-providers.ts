import { greenpt } from "./greenpt.ts";
import { jouleCloud } from "./joule-cloud.ts";
import { melious } from "./melious.ts";
import { neuralwatt } from "./neuralwatt.ts";
import type { StatementShape } from "./statement-shape.ts";

const SHAPE_OF_PROVIDER: Readonly<Record<string, StatementShape>> = {
  neuralwatt,
  greenpt,
  melious,
  joule_cloud: jouleCloud,
};

/** How a provider states footprints in a form of its own; undefined for nearly all. */
export const shapeOf = (provider: string): StatementShape | undefined =>
  Object.hasOwn(SHAPE_OF_PROVIDER, provider) ? SHAPE_OF_PROVIDER[provider] : undefined;
