import { FileError } from "./file-error.ts";
import type { InputFile } from "./input-file.ts";
import { LabelSearch } from "./label-search.ts";
import { ReplayTally, type ReplayOutcome } from "./replay-outcome.ts";
import type { ReplaySink } from "./replay-sink.ts";
import { FileReplay } from "./file-replay.ts";
import type { ReplayOptions } from "./replay-options.ts";

/**
 * Reads requests of the past from files of any size and gives them to a sink, a batch at a time.
 *
 * @throws ConfigurationError when a file cannot be read or is of no kind that is known, and for a label that is nowhere
 */
export async function replay(
  files: readonly InputFile[],
  sink: ReplaySink,
  options: ReplayOptions,
): Promise<ReplayOutcome> {
  const tally = new ReplayTally();
  let complete = false;
  try {
    const labels = new LabelSearch(files, options);
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    let before = 0;
    for (const file of files) {
      if (options.signal?.aborted) break;
      tally.files++;
      const shareOf = (read: number): number => (before + read) / Math.max(1, bytes);
      try {
        await new FileReplay(file, sink, options, tally, labels, shareOf).run();
      } catch (error) {
        if (!(error instanceof FileError) || files.length === 1) throw error;
        tally.of("unknown").rejected++;
        const rejected = { file: file.name, line: 1, id: undefined, reason: error.problem };
        options.onRejected?.(rejected);
        options.onOutcome?.({ ...rejected, outcome: "rejected", requests: 0 });
      }
      before += file.size;
    }
    complete = !options.signal?.aborted;
    return tally.outcome(complete);
  } finally {
    sink.close(complete);
  }
}
