/** A mistake in the configuration, found before anything is measured. Names the part, the value and the remedy. */
export class ConfigurationError extends Error {
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

/** A value as it is shown in an error message: short, on one line. */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
