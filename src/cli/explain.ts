import { Command } from "commander";

import type { AttributionOptions } from "../attribution/selection/selection.ts";
import { explain, type Derivation } from "../attribution/views/explain.ts";
import { openJournalReader } from "../journal/reading.ts";
import type { JournalledRecord } from "../journal/row.ts";
import { CRITERIA } from "../model/footprint.ts";
import { derivationText } from "../report/derivation.ts";
import { CRITERION_TITLES, formatCount, formatQuantity, formatRange } from "../report/quantity.ts";
import { divided, multiplied } from "../report/spread-footprint.ts";
import { flow } from "../report/text-columns.ts";
import {
  attributionOptions,
  print,
  printJson,
  tableWidth,
  withAttributionOptions,
  type AttributionArguments,
  type CommandFactory,
} from "./command.ts";
import { EXIT } from "./exit.ts";
import { recordLines } from "./record-lines.ts";

/** Records that are listed where several are meant. */
const RECORDS_SHOWN = 5;

interface Arguments extends AttributionArguments {
  readonly journal: string;
  readonly json?: true;
}

export const explainCommand: CommandFactory = (setStatus) =>
  withAttributionOptions(
    new Command("explain")
      .description("How the footprint of one journalled request was computed, step by step.")
      .argument("<record-id>", "the record's id or its beginning, as `records` and the live page show it")
      .requiredOption("--journal <file>", "the journal that holds the record"),
  )
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nGive the factors, methodology and zone that the meter uses; otherwise the steps may give another result.",
    )
    .action((id: string, given: Arguments) => {
      using journal = openJournalReader(given.journal);
      const found = journal.record(id) ?? journal.recordsBeginning(id, RECORDS_SHOWN + 1);
      const [record, ...others] = Array.isArray(found) ? found : [found];
      if (!record || others.length > 0) {
        setStatus(EXIT.found);
        process.stderr.write(
          record
            ? `llm-footprint: several records begin with ${JSON.stringify(id)}; write more of the id:\n${recordLines([record, ...others].slice(0, RECORDS_SHOWN))}\n`
            : `llm-footprint: the journal has no record ${JSON.stringify(id)}; llm-footprint records lists them\n`,
        );
        return;
      }
      const request = meanRequest(record);
      const derivation = explanationOf(record, request, attributionOptions(given));
      if (!derivation.agrees) setStatus(EXIT.found);
      if (given.json) printJson({ record, derivation });
      else
        print(
          `${record.startedAt.toISOString()} ${record.operation}, ${record.outcome}\n${flow(derivationText(derivation, request.usage), tableWidth())}${sumText(record, request)}`,
        );
    });

/** Of a sum, the steps are those of its mean, whose central value times the number is the recorded one. */
function explanationOf(record: JournalledRecord, mean: JournalledRecord, options: AttributionOptions): Derivation {
  const derivation = explain(mean, options);
  if (record === mean) return derivation;
  const agrees = CRITERIA.every((criterion) => {
    const [derived = 0, recorded = 0] = [derivation.footprint, mean.footprint].map(
      (each) => each?.[criterion]?.central,
    );
    return Math.abs(derived - recorded) <= 1e-9 * Math.max(derived, recorded);
  });
  return { ...derivation, agrees };
}

/** How the mean becomes the sum, such as `8 × 5.4 g = 43.2 g (…)`. */
function sumText({ requests = 1, footprint }: JournalledRecord, mean: JournalledRecord): string {
  if (requests === 1 || !footprint) return "";
  const lines = CRITERIA.flatMap((criterion) => {
    const [whole, one] = [footprint[criterion], mean.footprint?.[criterion]];
    if (!whole || !one) return [];
    const product = `${formatCount(requests)} × ${formatQuantity(criterion, one.central)}`;
    return [`  ${CRITERION_TITLES[criterion]}: ${product} = ${formatRange(criterion, whole)}`];
  });
  return `\nThe record is the sum of ${formatCount(requests)} requests; the steps are those of their mean. The range holds however the tokens were spread.\n${lines.join("\n")}`;
}

/** A record that stands for several requests was attributed as their mean. */
function meanRequest(record: JournalledRecord): JournalledRecord {
  const { requests = 1, usage, durationSeconds, footprint } = record;
  if (requests === 1) return record;
  return {
    ...record,
    usage: usage && divided(usage, requests),
    durationSeconds: durationSeconds / requests,
    footprint: footprint && multiplied(footprint, 1 / requests),
  };
}
