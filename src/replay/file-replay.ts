import { randomUUID } from "node:crypto";

import { otelSpans } from "../formats/otel/otel-spans.ts";
import type { PastRequest } from "../formats/past-request.ts";
import { sumOfRequests } from "../formats/sum-of-requests.ts";
import type { KnownFile } from "../journal/imports/file-ledger.ts";
import type { Taken } from "../journal/imports/import-store.ts";
import type { SpanLink } from "../model/enclosing-span.ts";
import { decodedText, decompressed, type DecodedText } from "./decoded-text.ts";
import { piecesRead, type FileProgress } from "./file-progress.ts";
import { FileRecords, type Read } from "./file-records.ts";
import type { InputFile } from "./input-file.ts";
import { knownBeginning } from "./known-beginning.ts";
import { LabelSearch } from "./label-search.ts";
import type { IdentifiedRequest } from "./past-recorder.ts";
import { placesInFile } from "./places-in-file.ts";
import { ReplayTally } from "./replay-outcome.ts";
import type { ReplaySink } from "./replay-sink.ts";
import type { Outcome, ReplayOptions } from "./replay-options.ts";

/** Records that are written at once; fewer pieces write the pages of the indexes more often. */
const BATCH_RECORDS = 8000;

interface Batched {
  readonly request: IdentifiedRequest;
  readonly kind: string;
  readonly line: number;
  /** Requests that the record states: a part of the sum, where it is one. */
  readonly stated: number;
}

/** Reads one file and gives its requests to a sink. */
export class FileReplay {
  readonly #file: InputFile;
  readonly #sink: ReplaySink;
  readonly #options: ReplayOptions;
  readonly #tally: ReplayTally;
  readonly #labels: LabelSearch;
  readonly #shareOf: (bytes: number) => number;
  readonly #kinds = new Set<string>();
  /** Sums whose parts are rows of one file. */
  readonly #sums = new Map<string, PastRequest>();
  #requests = 0;
  #rejected = 0;
  #addsUp = false;

  constructor(
    file: InputFile,
    sink: ReplaySink,
    options: ReplayOptions,
    tally: ReplayTally,
    labels: LabelSearch,
    shareOf: (bytes: number) => number,
  ) {
    this.#file = file;
    this.#sink = sink;
    this.#options = options;
    this.#tally = tally;
    this.#labels = labels;
    this.#shareOf = shareOf;
  }

  async run(): Promise<void> {
    const open = () => decompressed(this.#file.bytes(), this.#file.name);
    const { known, size } = await knownBeginning(this.#sink.knownFiles(), open);
    const progress = this.#isNewlyRead(known) ? undefined : progressOf(known);
    if (progress?.complete && size === (progress.size ?? known!.bytes) && !this.#options.replace) {
      this.#tally.filesKnown++;
      this.#tally.rejectedBefore += progress.rejected;
      this.#tally.knownRequests += progress.requests;
      this.#tell(undefined, undefined, "known", progress.requests);
      return;
    }
    await this.#read(decodedText(open()), known, this.#options.replace ? undefined : progress);
  }

  /** What was rejected may be read where the user now says how it is written. */
  #isNewlyRead(known: KnownFile | undefined): boolean {
    const progress = progressOf(known);
    return progress !== undefined && progress.rejected > 0 && progress.writtenAs !== this.#options.writtenAs;
  }

  async #read(text: DecodedText, known: KnownFile | undefined, progress: FileProgress | undefined): Promise<void> {
    const fileKey = known?.fileKey ?? randomUUID();
    const placeIn = placesInFile(fileKey);
    const records = new FileRecords(this.#file.name, this.#options);
    const skip = progress?.read ?? 0;
    let [batch, links]: [Batched[], SpanLink[]] = [[], []];
    let [index, count, sinceWritten, isOpen] = [skip, 0, 0, false];
    const write = (complete: boolean): void => {
      const { endsList, ...content } = text.content();
      // What is read again from the beginning is counted again.
      const before = records.isResumed ? progress : undefined;
      const end = { index, isOpen, endsList: complete && endsList };
      const read = this.#addsUp ? 0 : piecesRead(records, end);
      const written = batch;
      const past = { requests: written.map(({ request }) => request), links };
      [batch, links] = [[], []];
      this.#sink.write(
        past,
        (taken, joined) => {
          if (joined > 0) this.#tally.take(otelSpans.name, "repeated", 0, -joined);
          for (const [position, each] of taken.entries()) this.#settle(written[position]!, each);
          return {
            fileKey,
            name: this.#file.name,
            kinds: [...this.#kinds],
            ...content,
            progress: JSON.stringify({
              read: complete && count === 0 ? skip : read,
              layout: records.layout,
              size: text.bytes,
              requests: this.#requests + (before?.requests ?? 0),
              rejected: this.#rejected + (before?.rejected ?? 0),
              complete,
              writtenAs: this.#options.writtenAs,
            } satisfies FileProgress),
          };
        },
        complete,
      );
      for (const note of records.notes) this.#tally.notes.add(note);
      this.#options.onProgress?.(this.#tally, this.#shareOf(Math.min(text.bytes, this.#file.size)));
    };
    for await (const reads of records.read(text.chunks, progress)) {
      for (const each of reads) {
        ({ index, open: isOpen } = each);
        const request = this.#requestIn(each, placeIn);
        if (request) batch.push(request);
        else if ("passedOver" in each.finding && each.finding.link) links.push(each.finding.link);
      }
      count += reads.length;
      sinceWritten += reads.length;
      if (sinceWritten < BATCH_RECORDS) continue;
      sinceWritten = 0;
      await this.#labels.ensure();
      write(false);
      if (this.#options.signal?.aborted) return;
    }
    if (batch.length > 0) await this.#labels.ensure();
    write(true);
  }

  /** The request that a record came to, with what the user said of all. */
  #requestIn(read: Read, placeIn: (piece: number) => string): Batched | undefined {
    const { finding, kind, line, index } = read;
    if ("rejected" in finding) {
      this.#reject(kind, line, finding.id, finding.rejected);
      return undefined;
    }
    if ("passedOver" in finding) {
      this.#tally.passOver(kind, finding.passedOver);
      this.#tell(line, undefined, "passed over", 0, finding.passedOver);
      return undefined;
    }
    this.#kinds.add(kind);
    const { account, fixed } = this.#options;
    const place = finding.id ?? placeIn(index);
    const id = account !== undefined && finding.bucket ? `${place}:${account}` : place;
    const bucket =
      finding.bucket &&
      (account === undefined
        ? finding.bucket
        : { ...finding.bucket, series: `${finding.bucket.series} of ${account}` });
    // Readers make an object for each request, and this one is nobody else's.
    const request: PastRequest = Object.assign(
      finding,
      fixed,
      { id, labels: this.#labels.of(finding) },
      bucket && { bucket },
    );
    const batched = { kind, line, stated: request.requests };
    if (!bucket?.addsUp) return { ...batched, request: request as IdentifiedRequest };
    this.#addsUp = true;
    const before = this.#sums.get(id);
    const sum = before ? sumOfRequests(before, request) : request;
    this.#sums.set(id, sum);
    return { ...batched, request: sum as IdentifiedRequest };
  }

  #settle({ request, kind, line, stated }: Batched, { fate, added }: Taken): void {
    if (typeof fate === "object") {
      this.#reject(kind, line, request.id, fate.refused);
      return;
    }
    if (fate !== "metered" && fate !== "repeated") this.#requests += stated;
    this.#tally.take(kind, fate, stated, added);
    this.#tell(line, request.id, fate, stated);
  }

  #reject(kind: string, line: number, id: string | undefined, reason: string): void {
    this.#rejected++;
    this.#tally.of(kind).rejected++;
    this.#options.onRejected?.({ file: this.#file.name, line, id, reason });
    this.#tell(line, id, "rejected", 0, reason);
  }

  #tell(
    line: number | undefined,
    id: string | undefined,
    outcome: Outcome["outcome"],
    requests: number,
    reason?: string,
  ): void {
    this.#options.onOutcome?.({ file: this.#file.name, line, id, outcome, requests, reason });
  }
}

const progressOf = (known: KnownFile | undefined): FileProgress | undefined =>
  known && (JSON.parse(known.progress) as FileProgress);
