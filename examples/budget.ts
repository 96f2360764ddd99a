// A budget that refuses: search may use 1 g of CO2e a day, is warned at half of it, then stopped.
//
//   OPENAI_API_KEY=… node examples/budget.ts
import { BudgetExceededError, createMeter } from "llm-footprint";
import OpenAI from "openai";

const meter = createMeter({
  labels: ["team"],
  budgets: [
    {
      name: "search",
      criterion: "co2eGrams",
      limit: "1 g",
      match: { team: "search" },
      window: "day",
      timeZone: "Europe/Paris",
      thresholds: [0.5, 1],
      mode: "refuse",
    },
  ],
});
meter.on("budget", (event) => {
  if (event.type === "threshold") console.log(`${event.budget}: ${Math.round(event.usedRatio * 100)} % used`);
});

const openai = meter.wrap(new OpenAI(), { provider: "openai", labels: { team: "search" } });

let answers = 0;
for (; answers < 1_000; answers += 1) {
  try {
    await openai.chat.completions.create({
      model: "gpt-4o",
      messages: [{ role: "user", content: `Suggest a title for chapter ${answers + 1}.` }],
    });
  } catch (error) {
    const refusal = error instanceof Error ? (error.cause ?? error) : error;
    if (!(refusal instanceof BudgetExceededError)) throw error;
    console.log(`refused, resets at ${refusal.resetsAt.toISOString()}`);
    break;
  }
}

const [search] = meter.budgets();
console.log(`${answers} answers, ${search?.used.central.toPrecision(3)} of ${search?.limit} g CO2e`);
await meter.close();
