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
    // These need servers of the machine, or packages beyond the root's: vitest.servers.config.ts, vitest.matrix.config.ts.
    exclude: ["test/servers/**", "test/sdks/**", "test/opentelemetry-3/**"],
    provide: { sdkMajors: "newest" },
    pool: "forks",
    // The garbage collector is part of what is tested: bodies that nobody reads are settled by it.
    execArgv: ["--expose-gc", "--disable-warning=LLM_FOOTPRINT_UNKNOWN_MODEL"],
    testTimeout: 15_000,
    silent: "passed-only",
  },
});
