/** Warnings of the process, each given once. Their number is bounded, since what they name may come from outside. */
export class Warnings {
  readonly #given = new Set<string>();
  readonly #limit: number;

  /** @param limit how many different warnings are given at most */
  constructor(limit = 1000) {
    this.#limit = limit;
  }

  /** @param code as in `node --disable-warning=<code>` */
  once(code: `LLM_FOOTPRINT_${string}`, message: string): void {
    if (this.#given.has(message) || this.#given.size >= this.#limit) return;
    this.#given.add(message);
    process.emitWarning(`llm-footprint: ${message}`, { type: "LlmFootprintWarning", code });
  }
}
