import { testSnippets, type Runs } from "../docs/snippets/test-snippets.ts";

const CHAT = '({ model: "a-model", messages: [{ role: "user", content: "Hi" }] })';

const RUNS: Runs = {
  "providers/anthropic#1": [1],
  "providers/azure#1": [
    2,
    `await openai.chat.completions.create${CHAT};
     await inference.path("/chat/completions").post({ body: ${CHAT} });`,
  ],
  "providers/bedrock#1": [1, "bedrock.destroy();"],
  "providers/cohere#1": [1],
  "providers/gemini#1": [1],
  "providers/groq#1": [1],
  "providers/mistral#1": [2, `await mistral.chat.complete${CHAT}; await onVertex.chat.complete${CHAT};`],
  "providers/ollama#1": [1],
  "providers/openai#1": [1],
  "providers/openai#2": [
    1,
    `await new Promise((resolve) => realtime.socket.on("open", resolve));
     realtime.send({ type: "response.create" });
     await new Promise((resolve) => realtime.on("response.done", resolve));
     realtime.close();`,
  ],
  "providers/openrouter#1": [1],
  "providers/together#1": [1],
  "providers/vllm-llama-cpp#1": [1, `await client.chat.completions.create${CHAT};`],
  "frameworks/ai-sdk#1": [1],
  "frameworks/lambda#1": [1, 'await handler({ prompt: "Why is the sky blue?" });'],
  "frameworks/langchain#1": [1],
  "frameworks/nextjs#1": [
    0,
    `const answer = await GET(new Request("http://localhost/metrics"));
     if (!(await answer.text()).includes("llm_footprint_")) throw new Error("no metrics");`,
  ],
};

testSnippets("sdks", RUNS);
