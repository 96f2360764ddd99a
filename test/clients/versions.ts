import { inject } from "vitest";

import { loadSdk } from "../sdks/load-sdk.ts";
import { mistralSdk } from "./mistral/sdk.ts";
import { openaiSdk } from "./openai/sdk.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Which majors of an SDK the tests run with: `npm test` has the newest, `npm run test:matrix` the older ones. */
    readonly sdkMajors: "newest" | "older";
  }
}

/** The major versions of OpenAI's SDK that this run is about. */
export const openaiVersions = () =>
  Promise.all(
    inject("sdkMajors") === "newest"
      ? [openaiSdk(7, import("openai"))]
      : [4, 5, 6].map((major) => openaiSdk(major, loadSdk(`openai-${major}`))),
  );

/** The major versions of Mistral's SDK that this run is about. */
export const mistralVersions = () =>
  Promise.all([
    inject("sdkMajors") === "newest"
      ? mistralSdk(2, import("@mistralai/mistralai"), [
          import("@mistralai/mistralai/funcs/chatComplete.js"),
          import("@mistralai/mistralai/funcs/chatStream.js"),
          import("@mistralai/mistralai/core.js"),
        ])
      : mistralSdk(1, loadSdk("mistralai-1"), [
          loadSdk("mistralai-1/funcs/chatComplete.js"),
          loadSdk("mistralai-1/funcs/chatStream.js"),
          loadSdk("mistralai-1/core.js"),
        ]),
  ]);
