import { Command } from "commander";

import { explain } from "../attribution/views/explain.ts";
import { openJournalReader } from "../journal/reading.ts";
import type { JournalledRecord } from "../journal/row.ts";
import { derivationText } from "../report/derivation.ts";
import { divided, multiplied } from "../report/spread-footprint.ts";
import {
  attributionOptions,
  print,
  printJson,
  withAttributionOptions,
  type AttributionArguments,
  type CommandFactory,
} from "./command.ts";
import { EXIT } from "./exit.ts";

interface Arguments extends AttributionArguments {
  readonly journal: string;
  readonly json?: true;
}

export const explainCommand: CommandFactory = (setStatus) =>
  withAttributionOptions(
    new Command("explain")
      .description("How the footprint of one journalled request was computed, step by step.")
      .argument("<record-id>", "the record's id, as the journal and the live page show it")
      .requiredOption("--journal <file>", "the journal that holds the record"),
  )
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nGive the factors, methodology and zone that the meter uses; otherwise the steps may give another result.",
    )
    .action((id: string, given: Arguments) => {
      using journal = openJournalReader(given.journal);
      const record = journal.record(id);
      if (!record) {
        setStatus(EXIT.found);
        process.stderr.write(`llm-footprint: the journal has no record ${JSON.stringify(id)}\n`);
        return;
      }
      const request = meanRequest(record);
      const derivation = explain(request, attributionOptions(given));
      if (!derivation.agrees) setStatus(EXIT.found);
      if (given.json) printJson({ record, derivation });
      else
        print(
          `${record.startedAt.toISOString()} ${record.operation}, ${record.outcome}\n${derivationText(derivation, request.usage)}`,
        );
    });

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
