import { ConfigurationError, shown } from "../model/errors.ts";
import { at } from "../formats/fields.ts";
import { scalarText } from "../formats/scalar-text.ts";
import { isRequest, type PastRequest } from "../formats/past-request.ts";
import { decodedText, decompressed } from "./decoded-text.ts";
import { FileRecords, type ReadingRules } from "./file-records.ts";
import type { InputFile } from "./input-file.ts";

/** Names that a message lists. */
const MOST_NAMES = 30;

/** Takes labels from records, and makes sure that each is somewhere to be found. */
export class LabelSearch {
  readonly #files: readonly InputFile[];
  readonly #rules: ReadingRules;
  readonly #paths: readonly (readonly [name: string, path: string])[];
  readonly #missing: Set<string>;
  /** Names that records have, for a message. */
  readonly #names = new Set<string>();

  constructor(
    files: readonly InputFile[],
    { labels = {}, ...rules }: ReadingRules & { labels?: Readonly<Record<string, string>> | undefined },
  ) {
    this.#files = files;
    this.#rules = rules;
    this.#paths = Object.entries(labels);
    this.#missing = new Set(Object.keys(labels));
  }

  /** A request's labels, with those that its record or what it stands in has. */
  of(request: PastRequest): PastRequest["labels"] {
    if (this.#paths.length === 0) return request.labels;
    const found: Record<string, string> = { ...request.labels };
    for (const [name, path] of this.#paths) {
      const value = valueIn(request, path);
      if (value === undefined) continue;
      found[name] = value;
      this.#missing.delete(name);
    }
    if (this.#missing.size > 0) this.#note(request);
    return found;
  }

  /**
   * Before anything is written without a label, looks for it in all files.
   *
   * @throws ConfigurationError for a label that is nowhere found
   */
  async ensure(): Promise<void> {
    if (this.#missing.size === 0) return;
    for (const file of this.#files) {
      const records = new FileRecords(file.name, this.#rules);
      for await (const reads of records.read(decodedText(decompressed(file.bytes(), file.name)).chunks)) {
        for (const { finding } of reads) if (isRequest(finding)) this.of(finding);
        if (this.#missing.size === 0) return;
      }
    }
    const [name] = this.#missing;
    throw new ConfigurationError(
      "--label",
      `${shown(`${name!}=${this.#paths.find(([each]) => each === name)![1]}`)} is nowhere found`,
      `The records have ${[...this.#names]
        .slice(0, MOST_NAMES)
        .map((each) => shown(each))
        .join(", ")}.`,
    );
  }

  #note({ labelSources }: PastRequest): void {
    for (const source of labelSources) {
      for (const name of Object.keys(source)) if (this.#names.size < MOST_NAMES) this.#names.add(name);
    }
  }
}

function valueIn({ labelSources }: PastRequest, path: string): string | undefined {
  for (const source of labelSources) {
    const value = at(source, path);
    const text = Array.isArray(value) ? value.map(scalarText).filter(Boolean).join(",") : scalarText(value);
    if (text !== undefined && text !== "") return text;
  }
  return undefined;
}
