import { testSnippets, type Runs } from "../docs/snippets/test-snippets.ts";

const scraped = (text: string): string =>
  `if (!(${text}).includes("llm_footprint_requests_total")) throw new Error("no metrics");`;

const RUNS: Runs = {
  "frameworks/fastify#1": [0, `${scraped('(await app.inject("/metrics")).body')} await app.close();`],
  "frameworks/hono#1": [0, scraped('await (await app.request("/metrics")).text()')],
  "frameworks/llamaindex#1": [1, 'await llm.chat({ messages: [{ role: "user", content: "Hi" }] });'],
  "frameworks/mastra#1": [1, 'await agent.generate("Why is the sky blue?");'],
  "frameworks/nestjs#1": [
    0,
    `await import("reflect-metadata");
     const { Module } = await import("@nestjs/common");
     const { NestFactory } = await import("@nestjs/core");
     @Module({ controllers: [MetricsController] })
     class Application {}
     const app = await NestFactory.create(Application, { logger: false });
     await app.listen(0, "127.0.0.1");
     ${scraped("await (await fetch((await app.getUrl()) + '/metrics')).text()")}
     await app.close();`,
  ],
  "frameworks/openai-agents#1": [1],
};

testSnippets("frameworks", RUNS);
