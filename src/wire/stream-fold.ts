import { addUsage, type Usage } from "../model/usage.ts";
import { usageOfChoices, type ChoiceUsage } from "./choices.ts";
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
  /** Whether any of it is more than zero. */
  #isStated = false;
  #added: Usage | undefined;
  readonly #ofChoices = new Map<number, Usage>();

  /** @param statement of an event that came before all those added so far */
  addEarlier(statement: Statement): void {
    const { model, usage, adds, ofChoices = [], beside, within, rawUsage, status, jobId, isError } = statement;
    this.model ??= model;
    this.status ??= status;
    this.jobId ??= jobId;
    if (usage) {
      const isKept = this.#usage === undefined || this.#isStated;
      if (!isKept) this.rawUsage = rawUsage;
      this.#usage = isKept ? { ...usage, ...this.#usage } : { ...this.#usage, ...usage };
      this.#isStated = !isZero(this.#usage);
    }
    if (usage ?? adds) this.rawUsage ??= rawUsage;
    if (!this.saysTotal) for (const choice of ofChoices) this.#addChoice(choice);
    if (adds) this.#added = addUsage(this.#added, adds);
    this.division = { beside: this.division.beside ?? beside, within: this.division.within ?? within };
    this.isError ||= isError === true;
  }

  /** A total that is stated after the usage of the choices has them all in it. */
  #addChoice({ index, usage, raw }: ChoiceUsage): void {
    this.rawUsage ??= raw;
    this.#ofChoices.set(index, { ...usage, ...this.#ofChoices.get(index) });
  }

  /** Whether a total was stated, to which earlier events add nothing. */
  get saysTotal(): boolean {
    return this.#isStated && this.#ofChoices.size === 0;
  }

  /** Whether the choices state their usage, each its own. */
  get countsChoices(): boolean {
    return this.#ofChoices.size > 0;
  }

  /** Where choices do: whether the one of this index does not. */
  lacksChoice(index: number): boolean {
    return !this.#ofChoices.has(index);
  }

  /** Class by class, the newest statement; added amounts where no total was stated. */
  get usage(): Usage | undefined {
    const ofChoices = usageOfChoices(this.#ofChoices.values());
    return this.#usage || this.#added || ofChoices ? { ...this.#added, ...this.#usage, ...ofChoices } : undefined;
  }
}

/** Some servers end a stream with an empty usage, which takes nothing back of what was stated before. */
const isZero = (usage: Usage): boolean => Object.values(usage).every((amount) => amount === 0);
