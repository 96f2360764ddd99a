// A stream is metered while it is read, and counts as well when it is left early.
//
//   OPENAI_API_KEY=… node examples/streaming.ts
import { createMeter } from "llm-footprint";
import OpenAI from "openai";

const meter = createMeter();
const openai = meter.wrap(new OpenAI(), { provider: "openai" });

meter.on("request", ({ outcome, usage, usageSource }) => {
  console.log(`\n  ${outcome}, ${usage?.outputTokens} output tokens (${usageSource})`);
});

const question = {
  model: "gpt-4.1-mini",
  messages: [{ role: "user" as const, content: "Count to ten." }],
  stream: true as const,
};

// OpenAI says at the end of a stream what it consumed, if asked. Without this the meter estimates.
for await (const chunk of await openai.chat.completions.create({
  ...question,
  stream_options: { include_usage: true },
})) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? "");
}
await meter.flush(); // Listeners hear of a request soon after its end; this waits for them.

let words = 0;
for await (const chunk of await openai.chat.completions.create(question)) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? "");
  if (++words > 3) break; // The provider stops as well: the meter reads nothing that the application does not.
}
await meter.close();
