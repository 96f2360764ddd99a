import { defineConfig } from "vitest/config";

import { shared } from "./vitest.config.ts";

/** The tests that start real servers (Debian packages) on loopback. */
export default defineConfig({
  ...shared,
  test: { ...shared.test, include: ["test/servers/**/*.test.ts"], testTimeout: 60_000 },
});
