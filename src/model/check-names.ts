import { ConfigurationError, shown } from "./errors.ts";

/** @throws ConfigurationError for what is no object, or has a name that is not known */
export function checkNames(part: string, options: object | null, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new ConfigurationError(part, `${shown(options)} is no set of options`, "Pass an object.");
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new ConfigurationError(`${part}.${name}`, "there is no such option", `Known are ${known.join(", ")}.`);
    }
  }
}
