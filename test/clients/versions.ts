import { mistralSdk } from "./mistral/sdk.ts";
import { openaiSdk } from "./openai/sdk.ts";

/** Every major version of OpenAI's SDK that is supported. */
export const openaiVersions = () =>
  Promise.all([
    openaiSdk(4, import("openai-4")),
    openaiSdk(5, import("openai-5")),
    openaiSdk(6, import("openai-6")),
    openaiSdk(7, import("openai")),
  ]);

/** Every major version of Mistral's SDK that is supported. */
export const mistralVersions = () =>
  Promise.all([
    mistralSdk(1, import("mistralai-1"), [
      import("mistralai-1/funcs/chatComplete.js"),
      import("mistralai-1/funcs/chatStream.js"),
      import("mistralai-1/core.js"),
    ]),
    mistralSdk(2, import("@mistralai/mistralai"), [
      import("@mistralai/mistralai/funcs/chatComplete.js"),
      import("@mistralai/mistralai/funcs/chatStream.js"),
      import("@mistralai/mistralai/core.js"),
    ]),
  ]);
