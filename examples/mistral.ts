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
  const { co2eGrams, waterLitres, abioticDepletionGramsSbEq, evidence, factorIds } = footprint ?? {};
  if (co2eGrams) {
    const [low, central, high] = [co2eGrams.low, co2eGrams.central, co2eGrams.high].map((grams) =>
      grams.toPrecision(3),
    );
    console.log(`  ${central} g CO2e, between ${low} and ${high}`);
  }
  if (waterLitres) console.log(`  ${waterLitres.central * 1000} mL water`);
  if (abioticDepletionGramsSbEq) console.log(`  ${abioticDepletionGramsSbEq.central * 1000} mg Sb eq minerals`);
  console.log(`  evidence: ${evidence}, ${factorIds?.[0]}`);
});

await mistral.chat.complete({
  model: "mistral-large-2411",
  maxTokens: 400,
  messages: [{ role: "user", content: "Write a page about the sea." }],
});
await meter.close();
