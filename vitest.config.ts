import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: [
      { find: /^llm-footprint$/, replacement: `${import.meta.dirname}/src/index.ts` },
      { find: /^llm-footprint\/(.+)$/, replacement: `${import.meta.dirname}/src/$1.ts` },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    // They start servers of the machine: vitest.servers.config.ts.
    exclude: ["test/servers/**"],
    pool: "forks",
    // The garbage collector is part of what is tested: bodies that nobody reads are settled by it.
    execArgv: ["--expose-gc", "--disable-warning=LLM_FOOTPRINT_UNKNOWN_MODEL"],
    testTimeout: 15_000,
    silent: "passed-only",
  },
});
