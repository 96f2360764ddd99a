import assert from "node:assert/strict";

import { completed } from "../expected.ts";
import { ANSWERED, clientOptions, listOf, MODEL, QUESTION, type MistralShape } from "./sdk.ts";

const ANSWER = completed("chat", MODEL, ANSWERED);

/** What else a client is and can do. */
export const clientShapes: readonly MistralShape[] = [
  {
    name: "the client itself",
    call: (client, { sdk }) => [
      client instanceof sdk.module.Mistral,
      client.constructor.name,
      Object.keys(client),
      Object.getOwnPropertySymbols(client),
      client.chat.constructor.name,
      client.chat === client.chat,
    ],
    records: [],
  },
  {
    name: "a client whose parts were used before",
    client: (sdk, provider) => {
      const client = sdk.client(provider);
      assert(client.chat instanceof Object && client.beta.conversations instanceof Object);
      return client;
    },
    call: async (client) => [
      await client.chat.complete(QUESTION),
      await listOf(await client.chat.stream(QUESTION)),
      await client.beta.conversations.start({ model: MODEL, inputs: "Say something short." }),
    ],
    records: [ANSWER, ANSWER, completed("conversations", MODEL, ANSWERED)],
  },
  {
    name: "a part kept from before and used after",
    client: (sdk, provider) => {
      const client = sdk.client(provider);
      kept.set(client, client.chat);
      return client;
    },
    call: (client) => kept.get(client)!.complete(QUESTION),
    records: [ANSWER],
  },
  {
    name: "a client with an HTTP client of its own",
    client: (sdk, provider) => {
      const httpClient = new sdk.module.HTTPClient();
      httpClient.addHook("beforeRequest", (request) => {
        request.headers.set("x-from", "the application");
      });
      httpClient.addHook("response", async (response) => {
        await response.clone().text();
      });
      return new sdk.module.Mistral({ ...clientOptions(provider), httpClient });
    },
    call: (client) => client.chat.complete(QUESTION),
    records: [ANSWER],
  },
  {
    name: "a client with a fetcher of its own",
    client: (sdk, provider) => {
      const httpClient = new sdk.module.HTTPClient({ fetcher: (input, init) => fetch(input as URL, init) });
      return new sdk.module.Mistral({ ...clientOptions(provider), httpClient });
    },
    call: async (client) => listOf(await client.chat.stream(QUESTION)),
    records: [ANSWER],
  },
  {
    name: "a subclass with private fields",
    client: (sdk, provider) => {
      class Ours extends sdk.module.Mistral {
        #calls = 0;

        get calls(): number {
          return (this.#calls += 1);
        }
      }
      return new Ours(clientOptions(provider));
    },
    call: async (client) => [await client.chat.complete(QUESTION), (client as unknown as { calls: number }).calls],
    records: [ANSWER],
  },
  {
    name: "the core alone, with a standalone function",
    client: (sdk, provider) => new sdk.functions.MistralCore(clientOptions(provider)),
    call: (client, { sdk }) => sdk.functions.chatComplete(client, QUESTION),
    records: [ANSWER],
  },
  {
    name: "headers of a call",
    call: (client) => client.chat.complete(QUESTION, { headers: { "x-team": "search" } }),
    records: [ANSWER],
  },
  {
    name: "several calls at a time",
    call: (client) => Promise.all([1, 2, 3].map(() => client.chat.complete(QUESTION).then(() => "done"))),
    records: [ANSWER, ANSWER, ANSWER],
  },
];

const kept = new WeakMap<object, { complete(question: typeof QUESTION): Promise<unknown> }>();
