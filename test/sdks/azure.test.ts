import { AzureKeyCredential } from "@azure/core-auth";
import ModelClient, { isUnexpected, type ModelClient as Client } from "@azure-rest/ai-inference";

import { testEssentials, type EssentialSdk } from "../clients/essentials.ts";

const MODEL = "Phi-4";
const messages = [{ role: "user", content: "Say something short." }];

const azure: EssentialSdk<Client> = {
  major: 1,
  name: "@azure-rest/ai-inference 1",
  operation: "chat",
  model: MODEL,
  usage: { inputTokens: 4, cacheReadTokens: 0, outputTokens: 12, reasoningTokens: 0 },
  streamedUsage: undefined,
  leftUsage: { outputTokens: 3 },
  attempts: 4,
  answersAnew: true,
  client: (provider) =>
    ModelClient(provider.openaiBaseURL, new AzureKeyCredential("a key"), { allowInsecureConnection: true }),
  async ask(client, abortSignal) {
    const answer = await client
      .path("/chat/completions")
      .post({ body: { model: MODEL, messages }, ...(abortSignal && { abortSignal }) });
    if (isUnexpected(answer)) throw new Error(answer.status);
    return answer.body;
  },
  async stream(client) {
    const { body, status } = await client
      .path("/chat/completions")
      .post({ body: { model: MODEL, messages, stream: true } })
      .asNodeStream();
    if (status !== "200") throw new Error(status);
    return body;
  },
  throughGateway: {
    "a stream left by break": {
      call: async (client) => {
        let text = "";
        for await (const chunk of (await azure.stream!(client)) as AsyncIterable<Uint8Array>) {
          text += Buffer.from(chunk).toString();
          if (text.split("data:").length > 4) break;
        }
        return text;
      },
    },
  },
  exchanging(client, change) {
    client.pipeline.addPolicy(
      {
        name: `a test's ${Math.random()}`,
        async sendRequest(request, next) {
          let answer: Awaited<ReturnType<typeof next>> | undefined;
          const response = await change(async (input, init) => {
            new Request(input, init).headers.forEach((value, name) => request.headers.set(name, value));
            answer = await next(request);
            return new Response(answer.bodyAsText, { status: answer.status });
          })(request.url, { headers: request.headers.toJSON() });
          return { ...answer!, bodyAsText: await response.text() };
        },
      },
      { afterPhase: "Retry" },
    );
    return client;
  },
};
testEssentials(azure);
