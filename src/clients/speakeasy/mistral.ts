import { mistral as family } from "../../wire/mistral/mistral.ts";
import { speakeasyAdapter } from "./speakeasy-client.ts";

/** `@mistralai/mistralai` 1 and 2. */
export const mistral = speakeasyAdapter({ sdk: "@mistralai/mistralai", family, provider: "mistral_ai" });

/** `@mistralai/mistralai-gcp` 2: Mistral's models on Vertex AI. */
export const mistralGcp = speakeasyAdapter({ sdk: "@mistralai/mistralai-gcp", family, provider: "gcp.vertex_ai" });

/** `@mistralai/mistralai-azure` 2. */
export const mistralAzure = speakeasyAdapter({
  sdk: "@mistralai/mistralai-azure",
  family,
  provider: "azure.ai.inference",
});
