import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { mappedRecords } from "../../src/formats/mapped-records.ts";
import { parseMapping, type WrittenMapping } from "../../src/formats/mapping.ts";
import { dateNotation } from "../../src/formats/moment.ts";
import type { Notation } from "../../src/formats/past-request.ts";
import type { ImportRules } from "../../src/journal/imports/import-rules.ts";
import { openJournalReader } from "../../src/journal/reading.ts";
import { inputFiles } from "../../src/replay/input-file.ts";
import { replay } from "../../src/replay/replay.ts";
import type { Rejected, ReplayOptions } from "../../src/replay/replay-options.ts";
import { journalSink } from "../../src/replay/replay-sink.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";

export const always = { from: new Date(0), to: new Date("2100-01-01") };

/** A day after all that the cases describe. */
export const notation: Notation = { dates: dateNotation({}), now: Date.UTC(2026, 10, 26, 12) };

export interface ReplayedOptions extends Partial<ReplayOptions>, ImportRules {
  readonly mapping?: WrittenMapping;
}

/** Replays files into one journal, one run for each list of paths, and returns what came of the last run and of all. */
export async function replayedFiles(
  runs: readonly (readonly string[])[],
  options: ReplayedOptions = {},
  folder = temporaryFolder(),
) {
  const journalPath = join(folder, "footprint.db");
  const { mapping, overlap, replace, ...rest } = options;
  const parsed = mapping && parseMapping(mapping);
  const rejected: Rejected[] = [];
  const outcomes = [];
  for (const paths of runs) {
    rejected.length = 0;
    outcomes.push(
      await replay(await inputFiles(paths, process.stdin), journalSink(journalPath, {}, { overlap, replace }), {
        notation,
        replace,
        ...(parsed && { mapped: mappedRecords(parsed), records: parsed.records }),
        onRejected: (each) => rejected.push(each),
        ...rest,
      }),
    );
  }
  using journal = openJournalReader(journalPath);
  return { outcomes, outcome: outcomes.at(-1)!, rejected, records: [...journal.records(always)], journalPath, folder };
}

/** Replays a file of this content. */
export async function replayedText(
  content: string | Buffer,
  options: ReplayedOptions = {},
  folder = temporaryFolder(),
) {
  const file = join(folder, "past");
  writeFileSync(file, content);
  return replayedFiles([[file]], options, folder);
}

export const jsonLines = (...values: unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");
