import { ConfigurationError } from "../model/errors.ts";

/** A header as an argument, `Name: value`. @throws ConfigurationError where it is not one */
export function parsedHeader(text: string): [string, string] {
  const colon = text.indexOf(":");
  if (colon < 1)
    throw new ConfigurationError(
      "--header",
      "expected a name and a value with a colon between them",
      "Write 'Name: value'.",
    );
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}
