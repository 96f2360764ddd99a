import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const TEST = join(import.meta.dirname, "../test");

/** The folders with packages of their own, which `npm run test:matrix` installs and tests: `test/sdks`, the site and others. */
export const MATRIX_FOLDERS: readonly string[] = [
  ...readdirSync(TEST)
    .filter((name) => existsSync(join(TEST, name, "package.json")))
    .map((name) => `test/${name}`),
  "site",
];
