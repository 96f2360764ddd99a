import { defineConfig } from "vitest/config";

import { MATRIX_FOLDERS } from "./tools/matrix-folders.ts";

export default defineConfig({
  resolve: {
    alias: [
      { find: /^llm-footprint$/, replacement: `${import.meta.dirname}/src/index.ts` },
      { find: /^llm-footprint\/(.+)$/, replacement: `${import.meta.dirname}/src/$1.ts` },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    // These need servers of the machine, or packages beyond the root's: vitest.servers.config.ts, vitest.matrix.config.ts.
    exclude: ["test/servers/**", ...MATRIX_FOLDERS.map((folder) => `${folder}/**`)],
    provide: { sdkMajors: "newest" },
    pool: "forks",
    // The garbage collector is part of what is tested: bodies that nobody reads are settled by it.
    execArgv: ["--expose-gc", "--disable-warning=LLM_FOOTPRINT_UNKNOWN_MODEL"],
    testTimeout: 15_000,
    silent: "passed-only",
  },
});
