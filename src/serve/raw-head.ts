/** Headers as undici gives them: by names in lower case. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** A head's names and values as they came, byte for byte: `node:http` reads and writes heads in Latin-1, and so do we. */
export const rawTexts = (raw: unknown): string[] =>
  ((raw ?? []) as readonly (string | Buffer)[]).map((text) =>
    typeof text === "string" ? text : text.toString("latin1"),
  );

/** A reason phrase as it came: undici reads it as UTF-8. */
export const rawPhrase = (text = ""): string => Buffer.from(text).toString("latin1");
