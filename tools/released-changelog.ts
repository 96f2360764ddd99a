/**
 * A changelog in the format of Keep a Changelog, with what was under "Unreleased" under a version.
 *
 * @param date ISO 8601
 * @throws Error when nothing is unreleased
 */
export function releasedChangelog(changelog: string, version: string, date: string): string {
  const [, before, unreleased, after] = /^([^]*## \[Unreleased\]\n)([^]*?)(\n## \[[^]*)?$/.exec(changelog) ?? [];
  if (before === undefined || unreleased === undefined || unreleased.trim() === "") {
    throw new Error('expected changes under "## [Unreleased]" in the changelog, got none');
  }
  return `${before}\n## [${version}] - ${date}\n${unreleased}${after ?? ""}`;
}
