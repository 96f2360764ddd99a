/** Names of models that the catalogue does not know: each is told once, and no more than `limit` are kept. */
export class UnknownModels {
  readonly #names = new Set<string>();
  readonly #limit: number;

  /** @param limit names to keep; hostile input has no end */
  constructor(limit = 1000) {
    this.#limit = limit;
  }

  /** @returns whether this is the first time, and so worth a warning */
  note(provider: string, model: string): boolean {
    const name = `${provider}/${model}`;
    if (this.#names.has(name) || this.#names.size >= this.#limit) return false;
    this.#names.add(name);
    return true;
  }

  /** As `provider/model`, in the order in which they were first seen. */
  get names(): readonly string[] {
    return [...this.#names];
  }
}
