/** The demo of the package, which brings no SDK and no express: `npx llm-footprint demo`. */
import type { Meter } from "llm-footprint";

import { startFallibleProvider } from "../bad-days.ts";
import { run, type Demonstrated } from "../demo.ts";
import type { DemoOptions } from "../options.ts";
import { LOCAL_RUN, REAL_RUN } from "../run.ts";
import { Api } from "./api.ts";
import { createApplication } from "./application.ts";
import { featuresFor } from "./features.ts";

/** @throws Error when the port is taken, or real providers are asked for and there is no key of any */
export const runPlainDemo = (options: Omit<DemoOptions, "help">): Promise<void> =>
  run({ ...options, help: false }, (meter) =>
    options.real ? Promise.resolve(withRealProviders(meter, process.env)) : withLocalProvider(meter),
  );

async function withLocalProvider(meter: Meter): Promise<Demonstrated> {
  const local = await startFallibleProvider();
  const features = featuresFor({
    openai: new Api(meter.fetch({ provider: "openai" }), local.openaiBaseURL, "none needed"),
    mistral: new Api(meter.fetch({ provider: "mistral_ai" }), local.mistralServerURL, "none needed"),
  });
  const application = createApplication(meter, features);
  return { ...LOCAL_RUN, features, application, [Symbol.asyncDispose]: () => local.close() };
}

function withRealProviders(meter: Meter, environment: NodeJS.ProcessEnv): Demonstrated {
  const { OPENAI_API_KEY: openaiKey, OPENAI_BASE_URL: openaiUrl = "https://api.openai.com/v1" } = environment;
  const { MISTRAL_API_KEY: mistralKey, MISTRAL_SERVER_URL: mistralUrl = "https://api.mistral.ai" } = environment;
  if (!openaiKey && !mistralKey) throw new Error("--real: expected OPENAI_API_KEY or MISTRAL_API_KEY to be set.");
  const features = featuresFor({
    ...(openaiKey && { openai: new Api(meter.fetch(), openaiUrl, openaiKey) }),
    ...(mistralKey && { mistral: new Api(meter.fetch(), mistralUrl, mistralKey) }),
  });
  const application = createApplication(meter, features);
  return { ...REAL_RUN, features, application, [Symbol.asyncDispose]: () => Promise.resolve() };
}
