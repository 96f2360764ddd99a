import { defineConfig } from "vitest/config";

import { MATRIX_FOLDERS } from "./tools/matrix-folders.ts";
import { shared } from "./vitest.config.ts";

/** What `npm test` leaves out for its size: older majors of the SDKs, further SDKs, runtimes, bundlers and compilers. */
export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    include: ["test/clients/**/*.test.ts", ...MATRIX_FOLDERS.map((folder) => `${folder}/**/*.test.ts`)],
    exclude: ["**/node_modules/**"],
    provide: { sdkMajors: "older" },
    testTimeout: 60_000,
  },
});
