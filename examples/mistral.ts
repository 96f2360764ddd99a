// Mistral publishes what an answer of Mistral Large 2 costs, so this footprint rests on the operator's own study.
//
//   MISTRAL_API_KEY=… node examples/mistral.ts
import { Mistral } from "@mistralai/mistralai";
import { createMeter } from "llm-footprint";

const meter = createMeter();
const { MISTRAL_API_KEY = "", MISTRAL_SERVER_URL = "https://api.mistral.ai" } = process.env;
const mistral = meter.wrap(new Mistral({ apiKey: MISTRAL_API_KEY, serverURL: MISTRAL_SERVER_URL }));

meter.on("request", ({ model, usage, footprint }) => {
  console.log(`${model}: ${usage?.outputTokens} output tokens`);
  if (!footprint) return;
  const { co2eGrams, waterLitres, abioticDepletionGramsSbEq, evidence, factorIds } = footprint;
  console.log(`  CO2e      ${co2eGrams?.central} g`);
  console.log(`  water     ${waterLitres?.central} L`);
  console.log(`  minerals  ${abioticDepletionGramsSbEq?.central} g Sb eq`);
  console.log(`  evidence  ${evidence}, from ${factorIds.join(", ")}`);
});

await mistral.chat.complete({
  model: "mistral-large-2411",
  maxTokens: 400,
  messages: [{ role: "user", content: "Write a page about the sea." }],
});
await meter.close();
