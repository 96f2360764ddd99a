import { expect, test } from "vitest";

import { commandLine } from "../cli/command-line.ts";

const run = (...more: string[]) => commandLine(["calibrate", "--prometheus", "http://127.0.0.1:1", ...more]);

test.for([
  ["a series of energy without its unit", ["--energy", "joules_total"], "--energy: expected its unit and boundary"],
  ["one counter of tokens", ["--input-tokens", "prompts_total"], "--input-tokens: expected both counters, got one"],
  ["a window without a unit", ["--window", "300"], '--window: expected a duration, got "300"'],
  ["a window longer than the period", ["--from", "1h", "--window", "2h"], "expected 1 to 11000 windows"],
  ["a server that does not answer", [], '--prometheus: "http://127.0.0.1:1" does not answer'],
] as const)("calibrate refuses %s, and says what to give", async ([, given, problem]) => {
  const { status, output, errors } = await run(...given);
  expect({ status, output }).toStrictEqual({ status: 2, output: "" });
  expect(errors).toContain(problem);
});
