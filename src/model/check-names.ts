import { ConfigurationError, shown } from "./errors.ts";

/** The names of all options of an options object. One that is left out does not compile. */
export const namesOf = <Options>(names: Readonly<Record<keyof Options, true>>): readonly string[] => Object.keys(names);

/** @throws ConfigurationError for a value that is not an object, or that has a name that is not known */
export function checkNames(part: string, options: object | null, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new ConfigurationError(part, `expected an object of options, got ${shown(options)}`, "Pass an object.");
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new ConfigurationError(`${part}.${name}`, "there is no such option", `Known are ${known.join(", ")}.`);
    }
  }
}
