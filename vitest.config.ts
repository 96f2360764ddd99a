import { defineConfig, type ViteUserConfig } from "vitest/config";

import { MATRIX_FOLDERS } from "./tools/matrix-folders.ts";

/** What every kind of test runs with. */
export const shared = {
  resolve: {
    alias: [
      { find: /^llm-footprint$/, replacement: `${import.meta.dirname}/src/index.ts` },
      { find: /^llm-footprint\/(.+)$/, replacement: `${import.meta.dirname}/src/$1.ts` },
    ],
  },
  test: {
    pool: "forks",
    // The garbage collector is part of what is tested: bodies that nobody reads are settled by it.
    execArgv: ["--expose-gc", "--disable-warning=LLM_FOOTPRINT_UNKNOWN_MODEL"],
    testTimeout: 40_000,
    // What is waited for comes late on a busy machine.
    expect: { poll: { timeout: 30_000 } },
    silent: "passed-only",
    provide: { sdkMajors: "newest" },
  },
} satisfies ViteUserConfig;

/** Rooms whose tests change nothing beyond themselves: their files share a process, which loads the sources once. */
const PURE = ["attribution", "budgets", "doctor", "factors", "metrics", "report", "totals", "wire"].map(
  (room) => `test/${room}/**/*.test.ts`,
);

/** These need servers of the machine, or packages beyond the root's: vitest.servers.config.ts, vitest.matrix.config.ts. */
const ELSEWHERE = ["test/servers/**", ...MATRIX_FOLDERS.map((folder) => `${folder}/**`)];

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    projects: [
      { extends: true, test: { name: "pure", include: PURE, isolate: false } },
      { extends: true, test: { name: "isolated", include: ["test/**/*.test.ts"], exclude: [...PURE, ...ELSEWHERE] } },
    ],
  },
});
