import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";

const SOURCE = join(import.meta.dirname, "..", "src");
const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));

/** The files of ours that a file imports, types included, as paths below `src`. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(SOURCE, file), "utf8");
  const specifiers = [...text.matchAll(/(?:\bfrom|\bimport\()\s*"(\.[^"]+)"/g)].map((match) => match[1]!);
  return specifiers.map((specifier) => relative(SOURCE, join(SOURCE, dirname(file), specifier)));
}

const imports = new Map(files.map((file) => [file, importsOf(file)]));

/** The room of a file: its folder directly below `src`, or for a file that stands there itself, its name. */
const roomOf = (file: string): string => file.split("/")[0]!;

/** What stands at the root is the meter: it joins the rooms, so it may import all of them. */
const isRoom = (room: string): boolean => !room.endsWith(".ts");

/** The rooms in the order in which a request flows through them, each with those whose files it may import. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  model: [],
  transport: ["model"],
  wire: ["model", "transport"],
  factors: ["model"],
  attribution: ["model", "factors"],
  requests: ["model", "transport", "wire"],
  clients: ["model", "transport", "wire", "requests"],
  totals: ["model"],
  exporters: ["model", "totals"],
  budgets: ["model", "totals", "exporters"],
  journal: ["model", "totals"],
  report: ["model", "factors", "attribution", "totals", "journal", "exporters"],
  dashboard: ["model", "attribution", "totals", "budgets", "exporters", "report"],
};

/** These may use the meter itself, and what it is joined of. */
const ABOVE_THE_METER = ["index.ts", "cli", "gateway", "doctor", "replay"];

describe("imports run one way", () => {
  test.for(Object.keys(ARROWS))("out of %s", (room) => {
    const allowed = new Set([room, ...ARROWS[room]!]);
    const against = [...imports].flatMap(([file, targets]) =>
      roomOf(file) === room
        ? targets.filter((target) => !allowed.has(roomOf(target))).map((to) => `${file} → ${to}`)
        : [],
    );
    expect(against).toStrictEqual([]);
  });

  test("between all rooms that there are", () => {
    const rooms = new Set(files.map(roomOf).filter(isRoom));
    const unknown = [...rooms].filter((room) => !(room in ARROWS) && !ABOVE_THE_METER.includes(room));
    expect(unknown).toStrictEqual([]);
  });

  test("and nobody below imports the meter", () => {
    const importers = [...imports].filter(([, targets]) => targets.includes("meter.ts")).map(([file]) => roomOf(file));
    expect(importers.filter((room) => !ABOVE_THE_METER.includes(room))).toStrictEqual([]);
  });

  test("and never in a circle", () => {
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
      for (const target of valueImportsOf(file)) visit(target);
      open.pop();
      done.add(file);
    };
    files.forEach(visit);
    expect(circles).toStrictEqual([]);
  });
});

/** Types are gone when the code runs: two files may each know the other's. */
function valueImportsOf(file: string): string[] {
  const text = readFileSync(join(SOURCE, file), "utf8");
  return [...text.matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?from\s*"(\.[^"]+)"/gm)]
    .filter(([statement]) => !onlyTypes(statement))
    .map((match) => relative(SOURCE, join(SOURCE, dirname(file), match[1]!)));
}

const onlyTypes = (statement: string): boolean => {
  const names =
    /\{([^}]*)\}/
      .exec(statement)?.[1]
      ?.split(",")
      .map((name) => name.trim()) ?? [];
  return names.length > 0 && names.filter(Boolean).every((name) => name.startsWith("type "));
};

describe("names", () => {
  test("of files say what is in them, in kebab case", () => {
    const bad = files.filter((file) => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(file));
    expect(bad).toStrictEqual([]);
    const vague = files.filter((file) => /(?:^|[/-])(?:utils?|helpers?|common|misc|shared)(?:[/.-])/.test(file));
    expect(vague).toStrictEqual([]);
  });

  test("of an index stand at the top alone", () => {
    expect(files.filter((file) => /(?:^|\/)index\.ts$/.test(file))).toStrictEqual(["index.ts"]);
  });
});
