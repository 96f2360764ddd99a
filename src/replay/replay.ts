import { createReadStream, openSync, readSync, closeSync, statSync } from "node:fs";
import { resolve } from "node:path";

import { ConfigurationError, shown } from "../model/errors.ts";
import { csvFields, separatorOf } from "../formats/csv-fields.ts";
import { at } from "../formats/fields.ts";
import { litellm } from "../formats/litellm.ts";
import { openaiUsage } from "../formats/openai-usage.ts";
import { otelSpans } from "../formats/otel-spans.ts";
import { ownRecords } from "../formats/own-records.ts";
import { RejectedRecord, type Fields, type PastRequest, type Source } from "../formats/past-request.ts";
import { CsvSplitter, JsonSplitter, readPieces, START, type Piece, type Position } from "./pieces.ts";

/** The kinds of file that are known by their looks. */
export const SOURCES: readonly Source[] = [ownRecords, litellm, openaiUsage, otelSpans];

const BATCH_RECORDS = 1000;
const CHUNK_BYTES = 1 << 18;
const SAMPLE_BYTES = 65_536;

/** How far a replay has come. */
export interface ReplayState extends Position {
  /** Requests that were taken. */
  readonly requests: number;
  /** Records that tell of something else, such as spans of tools. */
  readonly passedOver: number;
  readonly rejected: number;
  readonly complete: boolean;
}

/** Where requests go. State and requests are kept together, so that a replay can go on where it was cut off. */
export interface ReplaySink {
  /** How far an earlier replay of the same file came; undefined when there was none, or when it cannot be continued. */
  stateOf(file: string): ReplayState | undefined;
  write(requests: readonly PastRequest[], file: string, state: ReplayState): void;
  /** Ends the writing; `complete`: the whole file was written. */
  close(complete: boolean): void;
}

export interface ReplayOptions {
  /** @default known by its looks */
  readonly source?: Source;
  /** For each label, the name or path of the value in the file's records. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What all requests have that the file does not say. */
  readonly fixed?: Partial<Pick<PastRequest, "provider" | "operation" | "zone" | "host">>;
  readonly onProgress?: (state: ReplayState, bytes: number) => void;
  readonly onRejected?: (line: number, reason: string) => void;
  /** Ends the replay early; what was written stays, and the next replay goes on from there. */
  readonly signal?: AbortSignal;
}

const BEGINNING: ReplayState = { ...START, requests: 0, passedOver: 0, rejected: 0, complete: false };

/**
 * Reads requests of the past from a file of any size and gives them to a sink, a batch at a time.
 *
 * @throws ConfigurationError when the file cannot be read, or is of no kind that is known
 */
export async function replay(path: string, sink: ReplaySink, options: ReplayOptions = {}): Promise<ReplayState> {
  let state: ReplayState | undefined;
  try {
    const { bytes, identity } = identityOf(path);
    const reader = readerFor(path, options.source);
    state = sink.stateOf(identity) ?? BEGINNING;
    if (state.complete || bytes === 0) return state;
    for await (const batch of batchesOf(path, reader, state, options)) {
      state = batch.state;
      sink.write(batch.requests, identity, state);
      options.onProgress?.(state, bytes);
      if (options.signal?.aborted) break;
    }
    return state;
  } finally {
    sink.close(state?.complete === true);
  }
}

interface ReplayBatch {
  readonly requests: readonly PastRequest[];
  readonly state: ReplayState;
}

/** The requests of a file from where an earlier replay ended, with how far each batch has come. */
async function* batchesOf(
  path: string,
  reader: Reader,
  from: ReplayState,
  options: ReplayOptions,
): AsyncGenerator<ReplayBatch> {
  let state = from;
  let batch: PastRequest[] = [];
  let records = 0;
  const chunks = createReadStream(path, { start: from.offset, highWaterMark: CHUNK_BYTES });
  for await (const piece of readPieces(chunks, reader.splitter(), from)) {
    let { requests, passedOver, rejected } = state;
    try {
      const found = reader.read(piece, options);
      if (found?.length === 0) passedOver++;
      for (const request of found ?? []) {
        requests += request.requests;
        batch.push(request);
      }
    } catch (error) {
      rejected++;
      options.onRejected?.(piece.line, reasonOf(error));
    }
    state = { ...piece.end, requests, passedOver, rejected, complete: false };
    if (++records < BATCH_RECORDS) continue;
    yield { requests: batch, state };
    batch = [];
    records = 0;
  }
  yield { requests: batch, state: { ...state, complete: true } };
}

interface Reader {
  splitter(): CsvSplitter | JsonSplitter;
  /** The requests of a piece; undefined for a header. */
  read(piece: Piece, options: ReplayOptions): PastRequest[] | undefined;
}

/** Finds out what a file is made of from its first records. */
function readerFor(path: string, given: Source | undefined): Reader {
  const start = beginningOf(path);
  const json = /^\s*[[{]/.test(start);
  const header = json ? "" : (start.split(/\r?\n/, 1)[0] ?? "");
  const separator = separatorOf(header);
  const names = csvFields(header, separator).map((name) => name.trim());
  const fields = ({ text, line }: Piece): Fields | undefined => {
    if (json) return objectOf(text);
    if (line === 1) return undefined;
    const values = csvFields(text, separator);
    if (values.length !== names.length) {
      throw new RejectedRecord(`the row has ${values.length} fields, the header ${names.length}`);
    }
    return Object.fromEntries(names.map((name, index) => [name, values[index]]));
  };
  const source = given ?? guessed(path, json ? start : undefined, names);
  if (!json) source.checkColumns?.(names);
  return {
    splitter: () => (json ? new JsonSplitter() : new CsvSplitter()),
    read(piece, options) {
      const found = fields(piece);
      return found && source.read(found, piece.line).map((request) => completed(request, found, options));
    },
  };
}

function guessed(path: string, json: string | undefined, names: readonly string[]): Source {
  const looks: Fields =
    json === undefined
      ? Object.fromEntries(names.map((name) => [name, ""]))
      : Object.fromEntries(Array.from(json.matchAll(/"([\w.]+)"\s*:/g), ([, name]) => [name!, ""]));
  if (/"object"\s*:\s*"page"/.test(json ?? "")) return openaiUsage;
  const source = SOURCES.find((each) => each.matches(looks));
  if (source) return source;
  throw new ConfigurationError(
    `replay ${path}`,
    `no kind of file is known with ${shown(Object.keys(looks).slice(0, 8).join(", "))}`,
    "Give --map startedAt=… model=… inputTokens=… outputTokens=…, or --source.",
  );
}

function beginningOf(path: string): string {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(SAMPLE_BYTES);
    return bytes.toString("utf8", 0, readSync(file, bytes)).replace(/^\uFEFF/, "");
  } finally {
    closeSync(file);
  }
}

/** A file that has been changed is another file. */
function identityOf(path: string): { bytes: number; identity: string } {
  try {
    const { size, mtimeMs } = statSync(path);
    return { bytes: size, identity: `replay ${resolve(path)} ${size} ${mtimeMs}` };
  } catch (cause) {
    throw new ConfigurationError("replay", `${shown(path)} cannot be read`, "Give the path of a file.", { cause });
  }
}

function objectOf(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RejectedRecord("the record is not JSON");
  }
  if (typeof value !== "object" || value === null) throw new RejectedRecord("the record is no object");
  return value as Fields;
}

/** The request with what the user said of all requests, or of where labels stand. */
function completed(request: PastRequest, fields: Fields, { labels = {}, fixed = {} }: ReplayOptions): PastRequest {
  const found = Object.entries(labels).flatMap(([name, path]) => {
    const value = at(fields, path);
    return typeof value === "string" || typeof value === "number" ? [[name, String(value)] as const] : [];
  });
  return { ...request, ...fixed, labels: { ...request.labels, ...Object.fromEntries(found) } };
}

/** What a file may hold can surprise every reader; that costs a record, not the replay. */
const reasonOf = (error: unknown): string =>
  error instanceof RejectedRecord ? error.message : "the record has an unexpected shape";
