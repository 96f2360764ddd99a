// Who causes how much: every request of this server carries the team and the feature that it was made for.
//
//   OPENAI_API_KEY=… node examples/express-teams.ts
//   curl -H 'x-team: search' --json '{"text": "…"}' localhost:3000/summaries
//   curl localhost:3000/metrics
import express from "express";
import { createMeter } from "llm-footprint";
import OpenAI from "openai";

const meter = createMeter({ labels: ["team", "feature"] });
const openai = meter.wrap(new OpenAI(), { provider: "openai" });
const teams = new Set(["search", "support"]);

const app = express();
app.get("/metrics", meter.metricsHandler());

// Label values come from a known list: what a client sends must not decide how many series there are.
app.use((request, _response, next) => {
  const team = request.get("x-team") ?? "";
  meter.withLabels({ team: teams.has(team) ? team : "other" }, next);
});

app.post("/summaries", express.json(), (request, response) =>
  meter.withLabels({ feature: "summaries" }, async () => {
    const { text } = request.body as { text: string };
    const summary = await openai.responses.create({ model: "gpt-5-mini", input: `Summarise: ${text}` });
    response.json({ summary: summary.output_text });
  }),
);

const server = app.listen(Number(process.env["PORT"] ?? 3000), () => {
  console.log("listening on", server.address());
});
process.once("SIGTERM", () => server.close(() => void meter.close()));
