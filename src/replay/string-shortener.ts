/** What is longer holds prompts and answers, which nobody reads. */
const LONGEST_STRING = 65_536;
/** The longest escape, `\uffff`: a string is not cut within one. */
const ESCAPE_CHARACTERS = 6;

const [QUOTE, BACKSLASH, NEWLINE] = [0x22, 0x5c, 0x0a];

/** Cuts long strings of JSON, wherever the pieces of text end, so that a record of any size needs little memory. */
export class StringShortener {
  #inString = false;
  #dropping = false;
  #length = 0;
  #sinceBackslash = 0;

  shortened(text: string): string {
    let kept = "";
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (!this.#inString) {
        if (code === QUOTE) this.#begin();
        continue;
      }
      this.#length++;
      const escaped = this.#sinceBackslash === 1;
      if (!escaped && (code === QUOTE || code === NEWLINE)) {
        if (this.#dropping) from = at;
        this.#inString = this.#dropping = false;
        continue;
      }
      if (code === BACKSLASH && !escaped) this.#sinceBackslash = 1;
      else if (this.#sinceBackslash > 0) this.#sinceBackslash = (this.#sinceBackslash + 1) % ESCAPE_CHARACTERS;
      if (!this.#dropping && this.#length > LONGEST_STRING && this.#sinceBackslash === 0) {
        kept += text.slice(from, at + 1);
        this.#dropping = true;
      }
    }
    return this.#dropping ? kept : kept + text.slice(from);
  }

  #begin(): void {
    this.#inString = true;
    this.#length = this.#sinceBackslash = 0;
  }
}
