import { defineConfig, mergeConfig } from "vitest/config";

import config from "./vitest.config.ts";

/** The tests that start real servers (Debian packages) on loopback. */
export default mergeConfig(
  { ...config, test: { ...config.test, include: [], exclude: [] } },
  defineConfig({ test: { include: ["test/servers/**/*.test.ts"], pool: "forks", testTimeout: 60_000 } }),
);
