/** Warnings of the process, each given once. Their number is bounded, since what they name may come from outside. */
export class Warnings {
  readonly #given = new Set<string>();
  readonly #limit: number;

  /** @param limit how many different warnings are given at most */
  constructor(limit = 100) {
    this.#limit = limit;
  }

  /** @param code as in `node --disable-warning=<code>` */
  once(code: `LLM_FOOTPRINT_${string}`, message: string): void {
    if (this.#given.has(message) || this.#given.size >= this.#limit) return;
    this.#given.add(message);
    if (this.#given.size === this.#limit) message += "; further warnings are left out";
    process.emitWarning(`llm-footprint: ${message}`, { type: "LlmFootprintWarning", code });
  }
}
