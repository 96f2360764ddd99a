import { defineConfig, mergeConfig } from "vitest/config";

import config from "./vitest.config.ts";

/** What `npm test` leaves out for its size: older majors of the SDKs, further SDKs (`test/sdks`),
 * OpenTelemetry's SDK 3 (`test/opentelemetry-3`). */
export default mergeConfig(
  { ...config, test: { ...config.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: ["test/clients/**/*.test.ts", "test/sdks/**/*.test.ts", "test/opentelemetry-3/**/*.test.ts"],
      exclude: ["**/node_modules/**"],
      provide: { sdkMajors: "older" },
    },
  }),
);
