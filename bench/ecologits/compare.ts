/**
 * Sets the current EcoLogits from PyPI beside the energy engine, on every text model that both know, and writes the
 * table into docs/ecologits.md. Needs Python 3 and PyPI; no part of the tests.
 *
 * Usage: node bench/ecologits/compare.ts [version]
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "prettier";

import { createAttribute } from "../../src/attribution/selection/attribute.ts";
import type { Attributor } from "../../src/attribution/attributor.ts";
import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import type { Footprint } from "../../src/model/footprint.ts";

const OUTPUT_TOKENS = 400;
const [version = "0.11.3"] = process.argv.slice(2);

/** EcoLogits' names of providers, ours, and the zone that it assumes of them. */
const PROVIDERS: Readonly<Record<string, { readonly provider: string; readonly zone: string }>> = {
  anthropic: { provider: "anthropic", zone: "USA" },
  cohere: { provider: "cohere", zone: "USA" },
  google_genai: { provider: "gcp.gemini", zone: "USA" },
  huggingface_hub: { provider: "hugging_face", zone: "USA" },
  mistralai: { provider: "mistral_ai", zone: "SWE" },
  openai: { provider: "openai", zone: "USA" },
};

type Bounds = readonly [low: number, high: number];
interface Theirs {
  readonly provider: string;
  readonly name: string;
  readonly wattHours: Bounds;
  readonly co2eGrams: Bounds;
  readonly embodiedGrams: Bounds;
  readonly waterLitres: Bounds;
  /** 10⁹ parameters, all of them. */
  readonly totalBillions: Bounds;
  readonly tokensPerSecond: number | null;
}

interface Row {
  readonly theirs: Theirs;
  readonly ours: Footprint;
  readonly attributor: Attributor;
  /** Our central energy, relative to the middle of theirs. */
  readonly ratio: number;
}

function installed(): Theirs[] {
  const folder = mkdtempSync(join(tmpdir(), "ecologits-"));
  try {
    const pip = ["-m", "pip", "install", "--quiet", "--only-binary", ":all:", "--target", folder];
    execFileSync("python3", [...pip, `ecologits==${version}`], { stdio: ["ignore", "ignore", "inherit"] });
    const script = fileURLToPath(new URL("dump.py", import.meta.url));
    const env = { ...process.env, PYTHONPATH: folder };
    const lines = execFileSync("python3", [script, String(OUTPUT_TOKENS)], { env, encoding: "utf8" }).trim();
    return lines.split("\n").map((line) => JSON.parse(line) as Theirs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const middle = ([low, high]: Bounds): number => (low + high) / 2;

function rowsOf(all: readonly Theirs[]): Row[] {
  const attribute = createAttribute({ methodology: "energy" });
  return all.flatMap((theirs): Row[] => {
    const where = PROVIDERS[theirs.provider];
    if (where === undefined) return [];
    const attributor = attribute({ ...where, model: theirs.name, operation: "chat" });
    if ("unattributedReason" in attributor || attributor.proxy !== undefined) return [];
    const ours = attributor.footprint({ inputTokens: 0, outputTokens: OUTPUT_TOKENS }, Infinity);
    if (ours?.energyJoules === undefined) return [];
    return [{ theirs, ours, attributor, ratio: ours.energyJoules.central / 3600 / middle(theirs.wattHours) }];
  });
}

/** All parameters of a model of ours, in 10⁹, where they are published or estimated. */
const billionsOf = (model: string): number | undefined =>
  defaultCatalogue().factor(`architecture.${model}`)?.parameters?.["totalBillions"]?.central;

/** Why the two differ, for differences beyond what PUE and rounding explain. */
function reasonOf({ theirs, attributor, ratio }: Row): string {
  if (attributor.evidence === "measured") return "measured here (ML.ENERGY), with host, idle capacity and PUE on top";
  if (attributor.evidence === "modelled") return "Jegham et al.: API latency at batch 8, reasoning inside";
  if (ratio > 0.75 && ratio < 1.34) return "same method and sizes; PUE";
  const here = billionsOf(attributor.model);
  if (here !== undefined && Math.abs(here / middle(theirs.totalBillions) - 1) > 0.05)
    return `another size: ${bounds(theirs.totalBillions)} × 10⁹ there, ${number(here)} × 10⁹ here`;
  if (theirs.tokensPerSecond === null)
    return "no speed of this name there: the fit at batch 64; here that of its model";
  return "another speed of what the name stands for";
}

const number = (value: number): string => String(Number(value.toPrecision(3)));
const bounds = ([low, high]: Bounds): string => (low === high ? number(low) : `${number(low)} – ${number(high)}`);

function tableOf(rows: readonly Row[]): string {
  const catalogue = defaultCatalogue();
  const lines = rows.map((row) => {
    const { theirs, ours, attributor, ratio } = row;
    const energy = ours.energyJoules!;
    const inside =
      energy.low / 3600 <= theirs.wattHours[0] * 1.001 && energy.high / 3600 >= theirs.wattHours[1] * 0.999;
    const cells = [
      `\`${theirs.name}\``,
      `\`${attributor.model}\`, ${attributor.evidence.replaceAll("_", " ")}`,
      bounds(theirs.wattHours),
      `${number(energy.central / 3600)} (${number(energy.low / 3600)} – ${number(energy.high / 3600)})`,
      `× ${number(ratio)}`,
      bounds(theirs.co2eGrams),
      number(ours.co2eGrams!.central),
      inside ? "yes" : "no",
      reasonOf(row),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const ratios = rows.map(({ ratio }) => ratio).toSorted((a, b) => a - b);
  const near = ratios.filter((ratio) => ratio >= 2 / 3 && ratio <= 1.5).length;
  return `# Beside EcoLogits

EcoLogits ${version} from PyPI and catalogue ${catalogue.version}, ${OUTPUT_TOKENS} output tokens and no input, the zone that
EcoLogits assumes of each provider, request latency unlimited, our methodology \`energy\`. Written by
\`npm run ecologits\`; nothing of EcoLogits is part of this package.

${rows.length} models that both know by name and size, proxies left out. Our central energy is ${number(ratios[Math.floor(ratios.length / 2)]!)} of
the middle of theirs in the median, and within × 1.5 for ${near} of them.

Systematic differences, and why:

- **PUE**: 1.17 for OpenAI (1.2 there), 1.115 for Anthropic, 1.14 for AWS; hosts of which nothing is known 1.4 (1.09 to
  1.14 there).
- **Speed**: the observed speed of a model is used for all its names; where EcoLogits has none for a name, it falls back
  on a fit at a batch of 64, which gives 2 to 4 times the time on a server.
- **Another size**: Gemini's \`-latest\` names stand for newer models here, by their prices; of a quantised Command R+ EcoLogits
  counts the packed weights.
- **Outside our range** are ${lines.filter((line) => line.includes("| no |")).length}: a \`-latest\` name of another size, and names whose time on a server EcoLogits takes from its
  fit at a batch of 64, which we do not use where a speed was observed.
- **Measurements and latencies**: where ML.ENERGY measured a model or Jegham et al. modelled it, that is central here and
  the parametric method is a bound.
- **Embodied hardware**: 273 kg per H100 in both; the central server is the same.
- **Water**: the same formula, PUE once. **Primary energy**: total here, where a source has it; non-renewable there.
- **Input**: weighs 0.05 of an output token here and nothing there; this table has none.

| name | taken for | EcoLogits, Wh | ours, Wh | ratio | EcoLogits, gCO2e | ours, gCO2e | theirs inside ours | reason |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${lines.join("\n")}
`;
}

const file = new URL("../../docs/ecologits.md", import.meta.url);
const rows = rowsOf(installed());
writeFileSync(file, await format(tableOf(rows), { parser: "markdown", printWidth: 120, proseWrap: "preserve" }));
process.stdout.write(`${rows.length} models in docs/ecologits.md\n`);
