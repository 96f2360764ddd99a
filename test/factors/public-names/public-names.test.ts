import { expect, test } from "vitest";

import { problemsOf, readPublicNames, resolved } from "./public-names.ts";

const list = readPublicNames();

test("every current first-party name has a figure or a named proxy, and few stand on one that nobody has looked at", () => {
  expect(list.names.length).toBeGreaterThan(750);
  expect(problemsOf(resolved(list))).toEqual([]);
});

test("the list of public names says what each resolves to (`npm run catalogue -- --write` brings it up to date)", () => {
  expect(resolved(list)).toEqual(list);
});

test("a name without a figure, and too many proxies that nobody has looked at, are problems", () => {
  const named = (name: string, rests_on: string) => ({ name, developer: "acme", kind: "chat", rests_on });
  expect(problemsOf({ ...list, names: [named("acme-1", "none")] })).toEqual([
    "acme-1 has neither a figure nor a named proxy",
  ]);
  expect(problemsOf({ ...list, names: [named("acme-1", "gpt-5.5"), named("acme-2", "figure")] })).toEqual([
    "1 of 2 stand on proxies that nobody has looked at: acme-1 (gpt-5.5)",
  ]);
  expect(problemsOf(resolved({ ...list, names: [named("acme-model-1", "")] }))).toContain(
    "acme-model-1 has neither a figure nor a named proxy",
  );
  const retired = { ...named("acme-1", "none"), retired: "2020-01-01" };
  expect(problemsOf({ ...list, names: [retired] })).toEqual([]);
});
