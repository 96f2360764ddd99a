import { parsed } from "../wire/json.ts";

/** A longer text is not the repr of a usage. */
const LONGEST_TEXT = 65_536;

/**
 * The value of a dict or list as Python prints it, as data frames and some instrumentations write objects: single
 * quotes, None, True, False. Undefined for anything else.
 */
export function pythonValue(text: string): unknown {
  if (text.length > LONGEST_TEXT) return undefined;
  let json = "";
  const tokens = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|\b(None|True|False|nan)\b|[^'"A-Za-z]+|[A-Za-z]+/gs;
  for (const [token, single, double, word] of text.matchAll(tokens)) {
    if (single !== undefined) json += quoted(single);
    else if (double !== undefined) json += quoted(double);
    else if (word !== undefined) json += word === "True" ? "true" : word === "False" ? "false" : "null";
    else json += token;
  }
  return parsed(json);
}

const quoted = (text: string): string => JSON.stringify(text.replaceAll(/\\(['"\\])/g, "$1").replaceAll("\\n", "\n"));
