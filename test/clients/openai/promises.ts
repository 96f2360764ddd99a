import { completed, abandoned } from "../expected.ts";
import { ANSWERED, listOf, MODEL, QUESTION, type OpenAIShape } from "./sdk.ts";

const ANSWER = completed("chat", MODEL, ANSWERED);

/** The ways to take the answer out of the SDK's own kind of promise. */
export const promiseShapes: readonly OpenAIShape[] = [
  {
    name: "create",
    call: (client) => client.chat.completions.create(QUESTION),
    records: [ANSWER],
  },
  {
    name: "create, as the promise that it is",
    call: (client) => {
      const promise = client.chat.completions.create(QUESTION);
      return promise.then((answer) => [promise.constructor.name, Object.keys(promise), answer]);
    },
    records: [ANSWER],
  },
  {
    name: "create with several choices, reasoning and a cached prompt",
    call: (client) =>
      client.chat.completions.create({ ...QUESTION, n: 2, reasoning_effort: "low", prompt_cache_key: "key" }),
    records: [completed("chat", MODEL, { inputTokens: 2, cacheReadTokens: 2, outputTokens: 24, reasoningTokens: 16 })],
  },
  {
    name: "create with a tool that is called",
    call: (client) =>
      client.chat.completions.create({ ...QUESTION, tools: [{ type: "function", function: { name: "weather" } }] }),
    records: [completed("chat", MODEL, { ...ANSWERED, outputTokens: 2 })],
  },
  {
    name: "withResponse",
    call: (client) => client.chat.completions.create(QUESTION).withResponse(),
    records: [ANSWER],
  },
  {
    name: "asResponse, then json",
    call: async (client) => {
      const response = await client.chat.completions.create(QUESTION).asResponse();
      return [response, await response.json(), response];
    },
    records: [ANSWER],
  },
  {
    name: "asResponse, then text",
    call: async (client) => (await client.chat.completions.create(QUESTION).asResponse()).text(),
    records: [ANSWER],
  },
  {
    name: "asResponse, then arrayBuffer",
    call: async (client) => {
      const response = await client.chat.completions.create(QUESTION).asResponse();
      return new Uint8Array(await response.arrayBuffer());
    },
    records: [ANSWER],
  },
  {
    name: "asResponse, then blob",
    call: async (client) => {
      const response = await client.chat.completions.create(QUESTION).asResponse();
      const blob = await response.blob();
      return [blob.size, await blob.text()];
    },
    records: [ANSWER],
  },
  {
    name: "asResponse, then clone and both bodies",
    call: async (client) => {
      const response = await client.chat.completions.create(QUESTION).asResponse();
      const copy = response.clone();
      return Promise.all([response.json(), copy.json()]);
    },
    records: [ANSWER],
  },
  {
    name: "asResponse, then its body by for await",
    call: async (client) => {
      const { body } = await client.chat.completions.create(QUESTION).asResponse();
      return Buffer.concat(await listOf(body!)).toString();
    },
    records: [ANSWER],
  },
  {
    name: "asResponse, then its body by getReader",
    majors: [5, 6, 7],
    call: async (client) => {
      const { body } = await client.chat.completions.create(QUESTION).asResponse();
      const reader = body!.getReader();
      const first = await reader.read();
      const last = await reader.read();
      return [Buffer.from(first.value).toString(), last];
    },
    records: [ANSWER],
  },
  {
    name: "asResponse, then its body through a transform",
    majors: [5, 6, 7],
    call: async (client) => {
      const { body } = await client.chat.completions.create(QUESTION).asResponse();
      return (await listOf(body!.pipeThrough(new TextDecoderStream()))).join("");
    },
    records: [ANSWER],
  },
  {
    name: "asResponse, then its body left",
    majors: [5, 6, 7],
    faults: [{ writeBytes: [40], holdAfter: 2 }],
    call: async (client) => {
      const { body } = await client.chat.completions.create(QUESTION).asResponse();
      await body!.cancel();
    },
    records: [{ ...abandoned("chat", MODEL), respondedModel: undefined }],
  },
  {
    name: "asResponse, read twice",
    call: async (client) => {
      const response = await client.chat.completions.create(QUESTION).asResponse();
      await response.text();
      return response.text();
    },
    records: [ANSWER],
  },
  {
    name: "asResponse and the answer of the same promise",
    call: async (client) => {
      const promise = client.chat.completions.create(QUESTION);
      const answer = await promise;
      const response = await promise.asResponse();
      return [answer, response.status, response.bodyUsed];
    },
    records: [ANSWER],
  },
  {
    name: "awaited twice",
    call: async (client) => {
      const promise = client.chat.completions.create(QUESTION);
      const [first, second] = [await promise, await promise];
      return [first, first === second];
    },
    records: [ANSWER],
  },
  {
    name: "then, catch and finally",
    call: (client) => {
      const steps: string[] = [];
      return client.chat.completions
        .create(QUESTION)
        .then(({ id }) => steps.push(id))
        .catch(() => steps.push("never"))
        .finally(() => steps.push("finally"))
        .then(() => steps);
    },
    records: [ANSWER],
  },
  {
    name: "a promise that nobody awaits",
    unread: true,
    call: async (client, { provider }) => {
      void client.chat.completions.create(QUESTION);
      while (provider.requests[0]?.chunksSent !== 1) await new Promise(setImmediate);
    },
    records: [{ ...abandoned("chat", MODEL), respondedModel: undefined }],
  },
];
