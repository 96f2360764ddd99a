// Two lines meter an OpenAI client: createMeter and wrap. Everything else is the application as it was. Who serves is
// found from the host; naming the provider is for base URLs of one's own, such as a gateway.
//
//   OPENAI_API_KEY=… node examples/openai.ts
import { createMeter } from "llm-footprint";
import OpenAI from "openai";

const meter = createMeter();
const openai = meter.wrap(new OpenAI(), { provider: "openai" });

const answer = await openai.chat.completions.create({
  model: "gpt-4.1-mini",
  messages: [{ role: "user", content: "Why is the sky blue? Answer in one sentence." }],
});
console.log(answer.choices[0]?.message.content);

const { requests, usage, co2eGrams, waterLitres } = meter.totals().overall;
console.log(`${requests.completed} request, ${usage.inputTokens} tokens in, ${usage.outputTokens} out`);
if (co2eGrams && waterLitres) {
  console.log(`CO2e:  ${grams(co2eGrams.central)}, between ${grams(co2eGrams.low)} and ${grams(co2eGrams.high)}`);
  console.log(`Water: ${millilitres(waterLitres.central)}`);
}
await meter.close();

function grams(value: number): string {
  return `${value.toPrecision(3)} g`;
}

function millilitres(litres: number): string {
  return `${(litres * 1000).toPrecision(3)} mL`;
}
