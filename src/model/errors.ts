/** An error in the configuration, found before anything is measured. Names the part, the value and the remedy. */
export class ConfigurationError extends Error {
  /** `ConfigurationError`, whatever bundlers make of the class. */
  override readonly name = "ConfigurationError";
  /** The option, file or argument at fault, such as `createMeter.labels[1]`. */
  readonly part: string;

  /**
   * @param part the option, file or argument at fault
   * @param problem what is wrong, with the value that was given
   * @param remedy what to write instead
   */
  constructor(part: string, problem: string, remedy: string, options?: ErrorOptions) {
    super(`llm-footprint: ${part}: ${problem}. ${remedy}`, options);
    this.part = part;
  }
}

/** The error of a function that was given something else in place of a meter. */
export const notAMeter = (part: string, given: unknown): ConfigurationError =>
  new ConfigurationError(part, `expected a meter, got ${shown(given)}`, "Pass what createMeter() returned.");

/** What a refused request would have exceeded, or why that could not be found out. */
export interface BudgetRefusal {
  /** The budget's name. */
  readonly budget: string;
  /** What the budget limits; its unit is in the name. */
  readonly criterion: string;
  /** The labels and values that the budget is grouped by; empty for a budget without groups. */
  readonly group: Readonly<Record<string, string>>;
  /** `exhausted`: no room is left; `store_unreachable`: the shared store did not answer and the budget fails closed. */
  readonly reason: "exhausted" | "store_unreachable";
  /** All four in the criterion's unit. */
  readonly limit: number;
  /** Spent in this window, as last known. */
  readonly used: number;
  /** Set aside for requests in flight, as last known. */
  readonly reserved: number;
  /** What the request was expected to use. */
  readonly estimate: number;
  /** When the window ends; for a rolling window, when all that is used by now will have left it. */
  readonly resetsAt: Date;
}

/**
 * Thrown in place of sending a request that a budget refuses. Nothing has left the process.
 *
 * @example
 * ```ts
 * try {
 *   await call();
 * } catch (error) {
 *   if (!(error instanceof BudgetExceededError)) throw error;
 *   console.log(`${error.budget} has room again at ${error.resetsAt.toISOString()}`);
 * }
 * ```
 */
export class BudgetExceededError extends Error implements BudgetRefusal {
  /** `BudgetExceededError`, whatever bundlers make of the class. */
  override readonly name = "BudgetExceededError";
  /** The budget's name. */
  readonly budget: string;
  /** What the budget limits; its unit is in the name. */
  readonly criterion: string;
  /** The labels and values that the budget is grouped by; empty for a budget without groups. */
  readonly group: Readonly<Record<string, string>>;
  /** `exhausted`: no room is left; `store_unreachable`: the store did not answer, and the budget fails closed. */
  readonly reason: BudgetRefusal["reason"];
  /** In the criterion's unit. */
  readonly limit: number;
  /** Spent in this window, in the criterion's unit. */
  readonly used: number;
  /** Set aside for requests in flight, in the criterion's unit. */
  readonly reserved: number;
  /** What the request was expected to use, in the criterion's unit. */
  readonly estimate: number;
  /** When the window ends. */
  readonly resetsAt: Date;

  constructor(refusal: BudgetRefusal, options?: ErrorOptions) {
    const group = Object.entries(refusal.group).map(([name, value]) => `${name}=${shown(value)}`);
    const subject = `budget ${shown(refusal.budget)}${group.length > 0 ? ` (${group.join(", ")})` : ""}`;
    super(
      refusal.reason === "exhausted"
        ? `llm-footprint: ${subject} has no room for a request of about ${brief(refusal.estimate)} ${refusal.criterion}: ` +
            `${brief(refusal.used)} of ${brief(refusal.limit)} used, ${brief(refusal.reserved)} reserved; ` +
            `resets at ${refusal.resetsAt.toISOString()}`
        : `llm-footprint: ${subject} could not be checked, because its store cannot be reached, and fails closed`,
      options,
    );
    this.budget = refusal.budget;
    this.criterion = refusal.criterion;
    this.group = refusal.group;
    this.reason = refusal.reason;
    this.limit = refusal.limit;
    this.used = refusal.used;
    this.reserved = refusal.reserved;
    this.estimate = refusal.estimate;
    this.resetsAt = refusal.resetsAt;
  }
}

const brief = (amount: number): string => String(Number(amount.toPrecision(4)));

/** A value as it is shown in an error message: short, on one line. */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
