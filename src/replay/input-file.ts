import { createReadStream, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";

import { ConfigurationError, shown } from "../model/errors.ts";

/** Something that records are read from; it can be read more than once. */
export interface InputFile {
  /** For people. */
  readonly name: string;
  /** As it lies there, compressed or not; for how far the reading has come. */
  readonly size: number;
  bytes(): AsyncIterable<Uint8Array>;
}

const CHUNK_BYTES = 1 << 18;

/** Names of files that a folder is searched for. */
const READABLE = /\.(?:jsonl?|ndjson|csv|tsv|log|txt)(?:\.(?:gz|gzip|zst|zstd))?$/i;

/** What standard input may hold: it can only be read once, and is known by its content. */
const LONGEST_STANDARD_INPUT = 256 * 1024 * 1024;

/**
 * The files that are meant: each path itself, of a folder all files below it that can hold records, and `-` for
 * standard input.
 *
 * @throws ConfigurationError for a path that cannot be read, and for a folder without such a file
 */
export async function inputFiles(
  paths: readonly string[],
  standardInput: AsyncIterable<Uint8Array>,
): Promise<InputFile[]> {
  const files: InputFile[] = [];
  for (const path of paths) files.push(...(path === "-" ? [await heldInput(standardInput)] : filesAt(path)));
  return files;
}

function filesAt(path: string): InputFile[] {
  try {
    if (!statSync(path).isDirectory()) return [fileAt(path, path)];
    const names = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => READABLE.test(name));
    const files = names.sort().map((name) => fileAt(join(path, name), join(basename(path), name)));
    if (files.length > 0) return files;
  } catch (cause) {
    throw new ConfigurationError("replay", `${shown(path)} cannot be read`, "Give the path of a file or a folder.", {
      cause,
    });
  }
  throw new ConfigurationError(
    "replay",
    `${shown(path)} holds no file of records`,
    "Give files, or a folder with .json, .jsonl, .csv or .tsv files, also as .gz or .zst.",
  );
}

const fileAt = (path: string, name: string): InputFile => ({
  name,
  size: statSync(path).size,
  bytes: () => createReadStream(path, { highWaterMark: CHUNK_BYTES }),
});

async function heldInput(input: AsyncIterable<Uint8Array>): Promise<InputFile> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > LONGEST_STANDARD_INPUT) {
      throw new ConfigurationError(
        "replay -",
        "standard input holds more than 256 MiB, and must be held in memory to be known again",
        "Write it to a file, and give that.",
      );
    }
  }
  return { name: "standard input", size, bytes: () => asynchronously(chunks) };
}

// eslint-disable-next-line @typescript-eslint/require-await -- what reads files reads them asynchronously
async function* asynchronously<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
