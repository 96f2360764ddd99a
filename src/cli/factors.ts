import { existsSync } from "node:fs";
import { Command } from "commander";

import { createAttribute } from "../attribution/selection/attribute.ts";
import { createCatalogue, defaultCatalogue, type Catalogue } from "../factors/catalogue.ts";
import { citation, isUsers, type Factor } from "../factors/factor.ts";
import { usualProvider } from "../factors/usual-provider.ts";
import { ConfigurationError, shown } from "../model/errors.ts";
import { layOut } from "../report/text-columns.ts";
import { print, printJson, tableWidth, type CommandFactory } from "./command.ts";
import { EXIT } from "./exit.ts";
import { FACTOR_TEMPLATE } from "./factor-template.ts";
import { modelSuggestion } from "../factors/suggestions.ts";

interface Arguments {
  readonly model?: string;
  readonly provider?: string;
  readonly check?: readonly string[];
  readonly template?: true;
  readonly json?: true;
}

export const factorsCommand: CommandFactory = (setStatus) =>
  new Command("factors")
    .description("What is known and from where: all factors, those of a model, or a check of your own files.")
    .option("--model <name>", "only the factors that this model is attributed with")
    .option("--provider <name>", "who serves the model; its developer when left out")
    .option("--check <file...>", "checks files of your own factors (YAML or JSON)")
    .option("--template", "writes a factor file to start from")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExample: llm-footprint factors --template > factors.yaml")
    .action((given: Arguments) => {
      if (given.template) return print(FACTOR_TEMPLATE);
      if (given.check !== undefined) {
        for (const path of given.check) check(path, setStatus);
        return;
      }
      const catalogue = defaultCatalogue();
      const factors = given.model === undefined ? catalogue.factors : factorsOf(catalogue, given.model, given.provider);
      if (factors.length === 0) setStatus(EXIT.found);
      if (given.json) printJson({ catalogue: catalogue.identity, sha256: catalogue.hash, factors });
      else print(factors.length === 0 ? noneText(catalogue, given.model ?? "") : factorsText(catalogue, factors));
    });

const noneText = (catalogue: Catalogue, model: string): string =>
  ["No factor covers this model.", modelSuggestion(catalogue, model)].filter((text) => text !== "").join(" ");

function factorsOf(catalogue: Catalogue, name: string, givenProvider: string | undefined): readonly Factor[] {
  const provider = givenProvider ?? usualProvider(catalogue, name);
  const attributor = createAttribute({ catalogue })({ provider, model: name, operation: "chat" });
  if ("unattributedReason" in attributor) return [];
  return catalogue.factors.filter((factor) => attributor.factorIds.includes(citation(factor)));
}

function factorsText(catalogue: Catalogue, factors: readonly Factor[]): string {
  const table = layOut(
    {
      header: ["factor", "kind", "evidence", "publisher", "published", "licence", "source"],
      rows: factors.map((factor) => [
        citation(factor),
        factor.kind.replaceAll("_", " "),
        factor.evidence.replaceAll("_", " "),
        factor.publisher,
        factor.source.published,
        factor.licence,
        factor.source.url,
      ]),
      numeric: [],
    },
    tableWidth(),
  );
  return `${table}\n\n${factors.length} factors, catalogue ${catalogue.identity}`;
}

/** Every problem of the file, each on a line of its own. */
function check(path: string, setStatus: (status: number) => void): void {
  if (!existsSync(path)) {
    throw new ConfigurationError("--check", `${shown(path)} does not exist`, "Give the path of a YAML or JSON file.");
  }
  try {
    const own = createCatalogue({ files: [path] }).factors.filter(isUsers);
    print(`${path}: ${own.length} ${own.length === 1 ? "factor is" : "factors are"} well-formed`);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    setStatus(EXIT.found);
    process.stderr.write(`${error.message}\nllm-footprint factors --template writes a file to start from.\n`);
  }
}
