import { expect, test } from "vitest";

import { releasedChangelog } from "../../tools/released-changelog.ts";

const changelog = (versions: string): string => `# Changelog\n\n## [Unreleased]\n${versions}`;

test("a release moves the unreleased changes under its version and leaves older ones as they are", () => {
  const older = "\n## [0.1.0] - 2026-01-01\n\n- First.\n";
  expect(releasedChangelog(changelog(`\n### Added\n\n- A thing.\n${older}`), "0.2.0", "2026-02-01")).toBe(
    changelog(`\n## [0.2.0] - 2026-02-01\n\n### Added\n\n- A thing.\n${older}`),
  );
});

test("a first release needs no older version in the changelog", () => {
  expect(releasedChangelog(changelog("\n- A thing.\n"), "0.1.0", "2026-01-01")).toBe(
    changelog("\n## [0.1.0] - 2026-01-01\n\n- A thing.\n"),
  );
});

test("a release without unreleased changes is refused", () => {
  expect(() => releasedChangelog(changelog("\n"), "0.1.0", "2026-01-01")).toThrow("got none");
});
