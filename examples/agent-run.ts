// The footprint of one run of an agent: the sum of all requests that it makes, however many those are.
//
//   OPENAI_API_KEY=… node examples/agent-run.ts
import { createMeter } from "llm-footprint";
import OpenAI from "openai";

const meter = createMeter();
const openai = meter.wrap(new OpenAI(), { provider: "openai" });

const weather = {
  type: "function" as const,
  function: {
    name: "weather",
    description: "The weather in a city.",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    parse: (text: string) => JSON.parse(text) as { city: string },
    function: ({ city }: { city: string }) => `It is sunny in ${city}.`,
  },
};

const { result, requests, footprint } = await meter.measure(async () => {
  const runner = openai.chat.completions.runTools({
    model: "gpt-4.1-mini",
    messages: [{ role: "user", content: "What is the weather in Paris?" }],
    tools: [weather],
  });
  return runner.finalContent();
});

console.log(result);
for (const { operation, usage } of requests) console.log(`  ${operation}: ${usage?.outputTokens} output tokens`);
console.log(`${requests.length} requests, ${footprint?.co2eGrams?.central.toPrecision(3)} g CO2e`);
await meter.close();
