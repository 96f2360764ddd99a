import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";

const SOURCE = join(import.meta.dirname, "..", "src");
const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
const textOf = (file: string): string => readFileSync(join(SOURCE, file), "utf8");

/** The files of ours that a file imports, types included, as paths below `src`. */
function importsOf(file: string): string[] {
  const specifiers = [...textOf(file).matchAll(/(?:\bfrom|\bimport\()\s*"(\.[^"]+)"/g)].map((match) => match[1]!);
  return specifiers.map((specifier) => relative(SOURCE, join(SOURCE, dirname(file), specifier)));
}

const imports = new Map(files.map((file) => [file, importsOf(file)]));

/** The room of a file: its folder directly below `src`, or, for an entry of the package that stands there, its name. */
const roomOf = (file: string): string => file.split("/")[0]!;

/**
 * Every room, from the ground up, with the rooms that it may import. A room stands above all that it imports, so
 * the order of this list alone rules out circles between rooms.
 */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  "version.ts": [],
  model: [],
  lazy: ["model"],
  transport: [],
  wire: ["model", "transport"],
  factors: ["model", "lazy"],
  scopes: ["model"],
  totals: ["model"],
  attribution: ["model", "factors"],
  metrics: ["model", "totals"],
  journal: ["model", "totals"],
  requests: ["model", "transport", "wire", "scopes"],
  budgets: ["model", "lazy", "metrics"],
  exporters: ["model", "totals", "metrics"],
  clients: ["model", "transport", "wire", "requests"],
  records: ["model", "wire", "scopes", "totals", "attribution", "requests"],
  alerting: ["model", "lazy", "metrics", "budgets"],
  formats: ["model", "wire", "records"],
  report: ["model", "factors", "attribution", "metrics", "journal"],
  calibrate: ["model", "factors", "journal", "report"],
  dashboard: ["model", "totals", "attribution", "budgets", "report"],
  calculator: ["model", "factors", "attribution", "report", "dashboard"],
  doctor: ["totals", "metrics", "report"],
  meter: [
    "version.ts",
    "model",
    "transport",
    "wire",
    "factors",
    "scopes",
    "totals",
    "attribution",
    "metrics",
    "journal",
    "requests",
    "budgets",
    "exporters",
    "clients",
    "records",
    "dashboard",
  ],
  replay: [
    "version.ts",
    "model",
    "wire",
    "factors",
    "totals",
    "attribution",
    "metrics",
    "journal",
    "exporters",
    "records",
    "formats",
    "report",
  ],
  serve: [
    "model",
    "lazy",
    "transport",
    "wire",
    "factors",
    "requests",
    "records",
    "formats",
    "exporters",
    "dashboard",
    "calculator",
    "meter",
  ],
  cli: [
    "version.ts",
    "model",
    "lazy",
    "factors",
    "attribution",
    "journal",
    "budgets",
    "alerting",
    "formats",
    "report",
    "calibrate",
    "doctor",
    "replay",
    "serve",
  ],
  "redis.ts": ["budgets"],
  "ai-sdk.ts": ["clients"],
  "langchain.ts": ["clients"],
  "opentelemetry.ts": ["exporters"],
  "testing.ts": ["budgets"],
  "index.ts": [
    "model",
    "factors",
    "totals",
    "attribution",
    "budgets",
    "exporters",
    "clients",
    "records",
    "alerting",
    "report",
    "meter",
  ],
  "bundled.ts": ["lazy", "index.ts"],
};
const ROOMS = Object.keys(ARROWS);

const importedRooms = (room: string): Map<string, string> => {
  const found = new Map<string, string>();
  for (const [file, targets] of imports) {
    if (roomOf(file) !== room) continue;
    for (const target of targets) if (roomOf(target) !== room) found.set(roomOf(target), `${file} → ${target}`);
  }
  return found;
};

describe("imports run one way", () => {
  test("every room is in the list of arrows", () => {
    expect([...new Set(files.map(roomOf))].filter((room) => !(room in ARROWS))).toStrictEqual([]);
    expect(ROOMS.filter((room) => !files.some((file) => roomOf(file) === room))).toStrictEqual([]);
  });

  test.for(ROOMS)("%s imports only rooms below it, and each that it is allowed to", (room) => {
    const found = importedRooms(room);
    const against = [...found].filter(([to]) => !ARROWS[room]!.includes(to)).map(([, arrow]) => arrow);
    expect(against).toStrictEqual([]);
    expect(ARROWS[room]!.filter((allowed) => !found.has(allowed))).toStrictEqual([]);
    expect(ARROWS[room]!.filter((allowed) => ROOMS.indexOf(allowed) >= ROOMS.indexOf(room))).toStrictEqual([]);
  });

  test("files import each other in no circle, types included", () => {
    const open: string[] = [];
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string): void => {
      if (done.has(file)) return;
      if (open.includes(file)) {
        circles.push([...open.slice(open.indexOf(file)), file].join(" → "));
        return;
      }
      open.push(file);
      for (const target of imports.get(file) ?? []) visit(target);
      open.pop();
      done.add(file);
    };
    files.forEach(visit);
    expect(circles).toStrictEqual([]);
  });
});

/** Lines that hold code: neither blank nor a comment. */
const linesOfCode = (file: string): number =>
  textOf(file)
    .replaceAll(/\/\*[^]*?\*\//g, "")
    .split("\n")
    .filter((line) => !/^\s*(?:\/\/.*)?$/.test(line)).length;

test("a file holds at most 250 lines of code", () => {
  expect(files.filter((file) => linesOfCode(file) > 250)).toStrictEqual([]);
});

/** File names that stand in several rooms, with the reason why each is the right name in all of them. */
const SHARED_NAMES: Readonly<Record<string, string>> = {
  "replicate.ts": "a wire format, and how the SDK that speaks it is observed",
  "ai-sdk.ts": "an entry of the package, and what it exports",
  "langchain.ts": "an entry of the package, and what it exports",
  "portkey.ts": "reading logs of its gateway, and how its SDK is observed",
  "cohere.ts": "a wire format, and how the SDK that speaks it is observed",
  "ollama.ts": "a wire format, and how the SDK that speaks it is observed",
  "hugging-face.ts": "a wire format, and how the SDK that speaks it is observed",
  "anthropic.ts": "a wire format, and how the SDK that speaks it is observed",
  "budgets.ts": "the room's own sum of its parts, and the budgets on the live page",
  "columns.ts": "cells of the totals, and columns of the journal's table",
  "document.ts": "the live page, and the calculator",
  "handler.ts": "what answers for the live page, and for the calculator",
  "stylesheet.ts": "of the live page, and of the calculator",
  "derivation.ts": "what an engine derives, how a report writes it, and how the live page shows it",
  "estimate.ts": "the view of a request that was never made, and the command that prints it",
  "explain.ts": "the view of a record's derivation, and the command that prints it",
  "fields.ts": "reading fields of other people's records, and the export's own",
  "mistral.ts": "a wire format, and how the SDK that speaks it is observed",
  "openai.ts": "a wire format, and how the SDK that speaks it is observed",
  "json.ts": "reading JSON off the wire, and a report as JSON",
  "main.ts": "where the command line begins, and where the pages do",
  "reading.ts": "what a body says, and what a journal holds",
  "replay.ts": "the room's own sum of its parts, and the command that runs it",
  "report.ts": "the room's own sum of its parts, and the command that prints it",
  "schema.ts": "of a factor file, and of the journal's database",
  "snapshot.ts": "of the totals, and of the live page, which adds to them",
  "totals.ts": "the room's own sum of its parts, and the totals on the live page",
};

describe("file names", () => {
  test("are in kebab case and say what is in the file", () => {
    const bad = files.filter((file) => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(file));
    expect(bad).toStrictEqual([]);
    const vague = files.filter((file) => /(?:^|[/-])(?:utils?|helpers?|common|misc|shared)(?:[/.-])/.test(file));
    expect(vague).toStrictEqual([]);
    expect(files.filter((file) => /(?:^|\/)index\.ts$/.test(file))).toStrictEqual(["index.ts"]);
  });

  test("stand once in a room, and in two rooms only for a reason", () => {
    const byName = Map.groupBy(files, (file) => basename(file));
    const repeated = [...byName].filter(([, all]) => all.length > 1);
    const withinARoom = repeated.filter(([, all]) => new Set(all.map(roomOf)).size < all.length);
    expect(withinARoom).toStrictEqual([]);
    expect(repeated.map(([name]) => name).filter((name) => !(name in SHARED_NAMES))).toStrictEqual([]);
    expect(Object.keys(SHARED_NAMES).filter((name) => !repeated.some(([file]) => file === name))).toStrictEqual([]);
  });
});
