import { InvalidArgumentError, Option, type Command } from "commander";

import { METHODOLOGIES, type Methodology } from "../attribution/selection/methodology.ts";
import type { AttributionOptions } from "../attribution/selection/selection.ts";
import { createCatalogue } from "../factors/catalogue.ts";

/** Makes a command; `setStatus` sets the exit status that the program ends with. */
export type CommandFactory = (setStatus: (status: number) => void) => Command;

/** A number of at least 0, as an argument. */
export function amount(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value < Infinity)) {
    throw new InvalidArgumentError("Expected a number of at least 0.");
  }
  return value;
}

/** A port, as an argument. */
export function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError("It is not a port from 0 to 65535.");
  return port;
}

/** A list separated by commas, as an argument. */
export const list = (text: string): string[] =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

export interface AttributionArguments {
  readonly factors?: readonly string[];
  readonly methodology?: Methodology;
  readonly zone?: string;
}

/** The options that say how footprints are computed. */
export function withAttributionOptions(command: Command): Command {
  return command
    .option("--factors <file...>", "files of your own factors (YAML or JSON), as given to the meter")
    .addOption(
      new Option("--methodology <name>", "how factors are chosen").choices(METHODOLOGIES).default(METHODOLOGIES[0]),
    )
    .option("--zone <zone>", "where the electricity comes from: ISO 3166-1 alpha-3 or a cloud region");
}

/** @throws ConfigurationError for a faulty file */
export function attributionOptions({ factors, methodology, zone }: AttributionArguments): AttributionOptions {
  return {
    ...(factors && { catalogue: createCatalogue({ files: factors }) }),
    ...(methodology && { methodology }),
    ...(zone !== undefined && { zone }),
  };
}

/** How many columns a table may have: those of the terminal; without one what COLUMNS says, and else any number. */
export function tableWidth(): number {
  const { isTTY, columns } = process.stdout;
  if (isTTY) return columns || 80;
  return Number(process.env["COLUMNS"]) || Infinity;
}

export const printJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
};

export const print = (text: string): void => {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
};
