import { ConfigurationError } from "../../model/errors.ts";
import { openai as family } from "../../wire/openai/openai.ts";
import type { StainlessClient } from "./calls.ts";
import { stainlessAdapter } from "./stainless-client.ts";

/** `openai` 4 to 7, `AzureOpenAI` among its classes. */
export const openai = stainlessAdapter({
  sdk: "openai",
  family,
  provider: (client) => (isAzure(client) ? "azure.ai.openai" : undefined),
  errorClass: "OpenAIError",
  check({ _options: options }) {
    if (options?.workloadIdentity?.type !== "x509") return;
    throw new ConfigurationError(
      "wrap(client)",
      "this OpenAI client uses X.509 workload identity, whose transport the SDK closes to others",
      "Use another credential, or report the usage with meter.record().",
    );
  },
});

/** An `AzureOpenAI`, behind whatever gateway: the class's name does not outlive a minifier, its fields do. */
const isAzure = (client: StainlessClient): boolean => "apiVersion" in client && "deploymentName" in client;
