import { expect, test } from "vitest";

import { publicNames } from "../../tools/public-api.ts";

test("every public name and each of its members is documented", () => {
  const names = publicNames();
  const undocumented = names.flatMap(({ name, documentation, members }) => [
    ...(documentation === "" ? [name] : []),
    ...members.filter((member) => member.documentation === "").map((member) => `${name}.${member.name}`),
  ]);
  expect(undocumented).toStrictEqual([]);
  expect(names.length).toBeGreaterThan(80);
});
