import { createApplication } from "./application.ts";
import { run } from "./demo.ts";
import { featuresFor } from "./features.ts";
import { parseOptions, USAGE } from "./options.ts";
import { startProviders } from "./providers.ts";

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) console.log(USAGE);
  else {
    await run(options, async (meter) => {
      const providers = await startProviders(process.env, options);
      const { openai, mistral } = providers.clients;
      if (openai) meter.wrap(openai, { provider: "openai" });
      if (mistral) meter.wrap(mistral, { provider: "mistral_ai" });
      const features = featuresFor(providers.clients);
      return { ...providers, features, application: createApplication(meter, features) };
    });
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
