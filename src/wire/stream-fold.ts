import { addUsage, type Usage } from "../model/usage.ts";
import type { Statement } from "./dialect.ts";
import type { Division } from "./model-usage.ts";

/** What the events of a stream say together. They are added newest first, and the newest word on anything holds. */
export class StreamFold {
  model: string | undefined;
  status: string | undefined;
  jobId: string | undefined;
  rawUsage: unknown;
  isError = false;
  /** How the newest event that says so divides the usage among models. */
  division: Division = {};
  #usage: Usage | undefined;
  #added: Usage | undefined;

  /** @param statement of an event that came before all those added so far */
  addEarlier({ model, usage, adds, beside, within, rawUsage, status, jobId, isError }: Statement): void {
    this.model ??= model;
    this.status ??= status;
    this.jobId ??= jobId;
    if (usage) this.#usage = { ...usage, ...this.#usage };
    if (usage ?? adds) this.rawUsage ??= rawUsage;
    if (adds) this.#added = addUsage(this.#added, adds);
    this.division = { beside: this.division.beside ?? beside, within: this.division.within ?? within };
    this.isError ||= isError === true;
  }

  /** Whether a total was stated, to which earlier events add nothing. */
  get saysTotal(): boolean {
    return this.#usage !== undefined;
  }

  /** Class by class, the newest statement; added amounts where no total was stated. */
  get usage(): Usage | undefined {
    return this.#usage || this.#added ? { ...this.#added, ...this.#usage } : undefined;
  }
}
