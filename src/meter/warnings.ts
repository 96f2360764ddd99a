/** Warnings of the process, each told once; what it is about is bounded, since it may come from outside. */
export class Warnings {
  readonly #reported = new Set<string>();
  readonly #limit: number;

  /** @param limit how many different warnings are told at most */
  constructor(limit = 1000) {
    this.#limit = limit;
  }

  /** @param code as in `node --disable-warning=<code>` */
  once(code: `LLM_FOOTPRINT_${string}`, message: string): void {
    if (this.#reported.has(message) || this.#reported.size >= this.#limit) return;
    this.#reported.add(message);
    process.emitWarning(`llm-footprint: ${message}`, { type: "LlmFootprintWarning", code });
  }
}
