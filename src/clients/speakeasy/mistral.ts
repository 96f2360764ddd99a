import { mistral as family } from "../../wire/mistral/mistral.ts";
import { speakeasyAdapter } from "./speakeasy-client.ts";

/** `@mistralai/mistralai` 1 and 2. */
export const mistral = speakeasyAdapter({ sdk: "@mistralai/mistralai", family, provider: "mistral_ai" });
