import { closeSync, openSync, writeSync } from "node:fs";

import type { Outcome } from "../replay/replay-options.ts";
import { plain } from "../report/text-columns.ts";

/** What is written at once, in characters. */
const WRITE_CHARACTERS = 1 << 16;

const WORDS: Readonly<Record<Outcome["outcome"], string>> = {
  new: "new",
  known: "already there",
  repeated: "repeated",
  replaced: "replaced",
  metered: "metered live",
  rejected: "rejected",
  "passed over": "passed over",
};

/** A file with what became of every record: its place, id, outcome, requests and reason, never its content. */
export class OutcomeList {
  readonly #file: number;
  #text = "";

  constructor(path: string) {
    this.#file = openSync(path, "w");
  }

  add({ file, line, id = "", outcome, requests, reason = "" }: Outcome): void {
    const values = [file, String(line ?? ""), id, WORDS[outcome], String(requests), reason];
    this.#text += `${values.map(plain).join("\t")}\n`;
    if (this.#text.length >= WRITE_CHARACTERS) this.#write();
  }

  close(): void {
    this.#write();
    closeSync(this.#file);
  }

  #write(): void {
    writeSync(this.#file, this.#text);
    this.#text = "";
  }
}
