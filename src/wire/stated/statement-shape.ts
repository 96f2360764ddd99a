import type { StatedBoundary, StatedMethod, StatedSource } from "../../model/stated.ts";
import type { Range } from "../../model/range.ts";
import type { JsonObject } from "../json.ts";

/** What an object of a provider's says, in base units. NaN for what is not an amount: the statement is then unreadable. */
export interface Said {
  readonly energyJoules?: number | undefined;
  /** The energy once more, by what else was said of it in another unit. */
  readonly alsoJoules?: readonly (number | undefined)[];
  /** What the method leaves open, where the statement gives it. @default the error of the method */
  readonly energyRangeJoules?: Range | undefined;
  readonly co2eGrams?: number | undefined;
  readonly waterLitres?: number | undefined;
  readonly source: StatedSource;
  readonly method: StatedMethod;
  readonly boundary: StatedBoundary;
  readonly location?: string | undefined;
  /** As an aggregator names the host behind it. */
  readonly host?: string | undefined;
}

/** One provider's way to state a request's footprint. */
export interface StatementShape {
  /** The key of its object at the top of an answer, or of an event. */
  readonly key?: string;
  /** What that object says. */
  readonly ofObject?: (object: JsonObject) => Said;
  /** What the headers say; undefined where they say nothing. */
  readonly ofHeaders?: (headers: StatedHeaders) => Said | undefined;
}

export interface StatedHeaders {
  get(name: string): string | null;
}
