import type { BaseIssue, GenericSchema, InferOutput } from "valibot";

import { temporal } from "../../lazy/temporal.ts";
import { lazySchema, valibot, type Valibot } from "../../lazy/valibot.ts";
import { ConfigurationError, shown } from "../../model/errors.ts";
import {
  BUDGET_CRITERIA,
  COUNTED_CRITERIA,
  MODES,
  STORE_FAILURES,
  SUBJECT_NAMES,
  type Budget,
  type BudgetCriterion,
  type Mode,
  type StoreFailure,
} from "./budget.ts";
import { parseLimit, unitsOf } from "./limit.ts";
import { CALENDAR_UNITS, WEEKDAYS, type CalendarUnit, type Weekday, type Window } from "./window.ts";

/** A budget as a person writes it, in the options or in a file. */
export interface BudgetDescription {
  /** Unique among the budgets whatever its case; up to 100 characters. */
  readonly name: string;
  /** What is limited: a criterion of the footprint, `tokens` of all classes, or `requests`. */
  readonly criterion: BudgetCriterion;
  /** An amount above 0 with a unit of the criterion, such as `50 kg`, `2 m3` or `10 kWh`. A bare number only of what is counted. */
  readonly limit: string | number;
  /** The values that count, by `provider`, `model`, `operation` or a declared label; all of them must match. @default all requests */
  readonly match?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** Each combination of values of these (the same names as in `match`) has the limit for itself. @default none */
  readonly groupBy?: readonly string[] | undefined;
  /** `day`, `week`, `month`, `quarter` or `year` by the calendar, or `rolling 24h`: `min`, `h` or `d`, from a minute to 366 days. */
  readonly window: string;
  /** Whose calendar, as an IANA name; of no use to a rolling window. @default "UTC" */
  readonly timeZone?: string | undefined;
  /** The day that a `week` begins on. @default "monday" */
  readonly weekStart?: Weekday | undefined;
  /** Shares of the limit that are reported when they are reached, above 0 and up to 10; 1 is the limit. @default [0.5, 0.8, 1] */
  readonly thresholds?: readonly number[] | undefined;
  /** Which value of a footprint's range counts. @default "central" */
  readonly bound?: Budget["bound"] | undefined;
  /** What happens to a request that finds no room: `warn` and `shadow` send it, `refuse` does not. @default "warn" */
  readonly mode?: Mode | undefined;
  /**
   * What a budget that refuses does while its store cannot be reached: lets requests pass (`open`), refuses them
   * (`closed`), or lets pass what fits into this process's share of what was last left (`allowance`). @default "open"
   */
  readonly onStoreFailure?: StoreFailure | undefined;
}

const oneOf = (values: readonly string[]): string => `Allowed: ${values.join(", ")}.`;

const NAME = "Give a name of 1 to 100 characters.";
const LIMIT = 'Give an amount above 0 with its unit, such as "50 kg".';
const VALUE = "Give a value, or a list of values, as text.";
const THRESHOLDS = "Give shares of the limit above 0, at most 10, without repetition, such as [0.5, 0.8, 1].";
const WINDOW =
  'Allowed: day, week, month, quarter, year, or "rolling" with a number of min, h or d up to 366 d, such as "rolling 24h".';
const TIME_ZONE = "Give an IANA time zone, such as Europe/Paris or UTC.";

const descriptionSchema = lazySchema((v) => {
  const text = (remedy: string) => v.pipe(v.string(remedy), v.trim(), v.nonEmpty(remedy), v.maxLength(100, remedy));
  const picked = <const Values extends readonly string[]>(values: Values) => v.picklist(values, oneOf(values));
  return v.strictObject({
    name: text(NAME),
    criterion: picked(BUDGET_CRITERIA),
    limit: v.union([v.string(), v.number()], LIMIT),
    match: v.optional(
      v.lazy((given) => matchSchema(v, given)),
      {},
    ),
    groupBy: v.optional(v.array(v.string("Give the name of a label."), "Give a list of names."), []),
    window: v.string(WINDOW),
    timeZone: v.optional(v.string(TIME_ZONE)),
    weekStart: v.optional(picked(WEEKDAYS)),
    thresholds: v.optional(
      v.pipe(
        v.array(v.pipe(v.number(THRESHOLDS), v.gtValue(0, THRESHOLDS), v.maxValue(10, THRESHOLDS)), THRESHOLDS),
        v.check((values) => new Set(values).size === values.length, THRESHOLDS),
      ),
      [0.5, 0.8, 1],
    ),
    bound: v.optional(picked(["central", "high"]), "central"),
    mode: v.optional(picked(MODES), "warn"),
    onStoreFailure: v.optional(picked(STORE_FAILURES), "open"),
  }) satisfies GenericSchema<BudgetDescription, unknown>;
});

/**
 * By the names that are there: valibot's record leaves out `constructor`, and the budget would match everything. No label
 * is called `__proto__`.
 */
function matchSchema(v: Valibot, given: unknown): GenericSchema<Record<string, string | string[]>> {
  const values = v.union([v.string(), v.pipe(v.array(v.string()), v.minLength(1, VALUE))], VALUE);
  const names = Object.keys(typeof given === "object" ? (given ?? {}) : {});
  return v.object(
    Object.fromEntries(names.map((name) => [name, name === "__proto__" ? v.never(VALUE) : values])),
    "Give names of labels, each with a value or a list of values.",
  );
}

export interface BudgetContext {
  /** The labels that the application declared. */
  readonly labelNames: readonly string[];
  /** How the place of an error begins: that of an option, or a file's name. @default "createMeter.budgets" */
  readonly part?: string;
}

/**
 * Checks budgets as they are written and gives them as they are counted.
 *
 * @example
 * ```ts
 * const budgets = parseBudgets([{ name: "all", criterion: "waterLitres", limit: "2 m3", window: "week" }], { labelNames: [] });
 * ```
 * @throws ConfigurationError on the first error: where it is, what was given, what is allowed
 */
export function parseBudgets(input: unknown, { labelNames, part = "createMeter.budgets" }: BudgetContext): Budget[] {
  const { array, safeParse } = valibot.load();
  const parsed = safeParse(array(descriptionSchema(), "Give a list of budgets."), input);
  if (!parsed.success) throw schemaError(part, parsed.issues[0]);
  const budgets = parsed.output.map((description, index) =>
    toBudget(description, `${part}[${index}]`, [...SUBJECT_NAMES, ...labelNames]),
  );
  for (const [index, { name }] of budgets.entries()) {
    const first = budgets.findIndex((other) => other.name.toLowerCase() === name.toLowerCase());
    if (first === index) continue;
    throw new ConfigurationError(
      `${part}[${index}].name`,
      `${shown(name)} is also the name of ${part}[${first}]`,
      "Give each budget a name of its own; upper and lower case make no difference.",
    );
  }
  return budgets;
}

function toBudget(
  description: InferOutput<ReturnType<typeof descriptionSchema>>,
  part: string,
  knownNames: readonly string[],
): Budget {
  const { name, criterion, groupBy, thresholds, bound, mode, onStoreFailure } = description;
  const refuse = (place: string, problem: string, remedy: string): never => {
    throw new ConfigurationError(`${part}.${place}`, problem, remedy);
  };

  for (const [place, names] of [
    ["match", Object.keys(description.match)],
    ["groupBy", groupBy],
  ] as const) {
    for (const unknown of names.filter((known) => !knownNames.includes(known))) {
      refuse(place, `${shown(unknown)} is not a declared label`, oneOf(knownNames));
    }
  }
  if (new Set(groupBy).size < groupBy.length) refuse("groupBy", `${shown(groupBy)} repeats a name`, "Name each once.");
  if (bound === "high" && COUNTED_CRITERIA.includes(criterion)) {
    refuse("bound", `"high" says nothing about ${criterion}, which are counted`, "Leave it out.");
  }
  if (onStoreFailure !== "open" && mode !== "refuse") {
    refuse(
      "onStoreFailure",
      `${shown(onStoreFailure)} contradicts mode ${shown(mode)}, which refuses nothing`,
      'Set mode to "refuse".',
    );
  }
  const limit =
    parseLimit(description.limit, criterion) ??
    refuse(
      "limit",
      `expected an amount of ${criterion} above 0, got ${shown(description.limit)}`,
      `Give a number with a unit. ${oneOf(unitsOf(criterion))}`,
    );
  return {
    name,
    criterion,
    limit,
    match: Object.fromEntries(Object.entries(description.match).map(([key, values]) => [key, [values].flat()])),
    groupBy,
    window: toWindow(description, refuse),
    thresholds: thresholds.toSorted((a, b) => a - b),
    bound,
    mode,
    onStoreFailure,
  };
}

const SECONDS = { min: 60, h: 3600, d: 86_400 };

function toWindow(
  { window: written, timeZone, weekStart }: InferOutput<ReturnType<typeof descriptionSchema>>,
  refuse: (place: string, problem: string, remedy: string) => never,
): Window {
  if ((CALENDAR_UNITS as readonly string[]).includes(written)) {
    const { Instant } = temporal();
    try {
      Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone ?? "UTC");
    } catch {
      refuse("timeZone", `${shown(timeZone)} is not known`, TIME_ZONE);
    }
    if (weekStart !== undefined && written !== "week") {
      refuse("weekStart", `${shown(weekStart)} says nothing about a ${written}`, "Leave it out, or use window week.");
    }
    return {
      kind: "calendar",
      unit: written as CalendarUnit,
      timeZone: timeZone ?? "UTC",
      ...(weekStart !== undefined && { weekStart }),
    };
  }
  const rolling = /^rolling\s+(\d+(?:\.\d+)?)\s*(min|h|d)$/.exec(written);
  const durationSeconds = rolling === null ? NaN : Number(rolling[1]) * SECONDS[rolling[2] as keyof typeof SECONDS];
  if (!(durationSeconds >= 60 && durationSeconds <= 366 * 86_400))
    refuse("window", `expected a window, got ${shown(written)}`, WINDOW);
  if (timeZone !== undefined) {
    refuse("timeZone", `${shown(timeZone)} says nothing about a rolling window`, "Leave it out.");
  }
  if (weekStart !== undefined) {
    refuse("weekStart", `${shown(weekStart)} says nothing about a rolling window`, "Leave it out.");
  }
  return { kind: "rolling", durationSeconds };
}

function schemaError(part: string, issue: BaseIssue<unknown>): ConfigurationError {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  if (issue.type === "strict_object") {
    const unknown = issue.expected === "never";
    return new ConfigurationError(
      `${part}${path}`,
      unknown
        ? "is not a field of a budget"
        : issue.received === "undefined"
          ? "is missing"
          : `expected a budget, got ${shown(issue.input)}`,
      `A budget has: ${Object.keys(descriptionSchema().entries).join(", ")}.`,
    );
  }
  return new ConfigurationError(`${part}${path}`, `${shown(issue.input)} is not allowed`, issue.message);
}
