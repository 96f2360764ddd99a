import type OpenAI from "openai";

import { completed } from "../expected.ts";
import { ANSWERED, clientOptions, listOf, METERED_QUESTION, MODEL, QUESTION, type OpenAIShape } from "./sdk.ts";

const ANSWER = completed("chat", MODEL, ANSWERED);

export const azure: NonNullable<OpenAIShape["client"]> = (sdk, provider) =>
  new sdk.module.AzureOpenAI({
    apiKey: "a key",
    endpoint: provider.url,
    apiVersion: "2024-10-21",
    deployment: "our-deployment",
  });

/** What else a client is and can do. */
export const clientShapes: readonly OpenAIShape[] = [
  {
    name: "the client itself",
    call: (client, { sdk }) => [
      client instanceof sdk.module.OpenAI,
      client.constructor.name,
      Object.keys(client),
      Object.getOwnPropertySymbols(client),
      client.chat.completions.constructor.name,
      client.baseURL,
    ],
    records: [],
  },
  {
    name: "withOptions",
    call: (client) => client.withOptions({ timeout: 5000 }).chat.completions.create(QUESTION),
    records: [ANSWER],
    majors: [5, 6, 7],
  },
  {
    name: "withOptions of withOptions, streamed",
    call: async (client) => {
      const narrowed = client.withOptions({ timeout: 5000 }).withOptions({ maxRetries: 0 });
      return listOf(await narrowed.chat.completions.create(METERED_QUESTION));
    },
    records: [ANSWER],
    majors: [5, 6, 7],
  },
  {
    name: "client.post",
    call: (client) => client.post("/chat/completions", { body: QUESTION }),
    records: [ANSWER],
  },
  {
    name: "client.get",
    call: (client) => client.get("/models"),
    records: [],
  },
  {
    name: "a method taken off its client",
    call: (client) => {
      const create = client.chat.completions.create.bind(client.chat.completions);
      return create(QUESTION);
    },
    records: [ANSWER],
  },
  {
    name: "a subclass with private fields and hooks of its own",
    client: (sdk, provider) => subclassed(sdk.module.OpenAI, provider),
    call: async (client) => [await client.chat.completions.create(QUESTION), (client as Counting).count],
    records: [ANSWER],
  },
  {
    name: "a client with a fetch of its own",
    client: (sdk, provider) =>
      new sdk.module.OpenAI({
        ...clientOptions(provider),
        fetch: async (input, init) => {
          const headers = new Headers(init?.headers);
          headers.set("x-from", "the application");
          return fetch(input, { ...init, headers });
        },
      }),
    call: async (client) => [
      await client.chat.completions.create(QUESTION),
      await listOf(await client.chat.completions.create(METERED_QUESTION)),
    ],
    records: [ANSWER, ANSWER],
  },
  {
    name: "headers and query of a call",
    call: (client) =>
      client.chat.completions.create(QUESTION, { headers: { "x-team": "search" }, query: { page: "1" } }),
    records: [ANSWER],
  },
  {
    name: "several calls at a time",
    call: (client) => Promise.all([1, 2, 3].map(() => client.chat.completions.create(QUESTION).then(() => "done"))),
    records: [ANSWER, ANSWER, ANSWER],
  },
  {
    name: "AzureOpenAI",
    client: azure,
    call: (client) => client.chat.completions.create(QUESTION),
    records: [{ ...ANSWER, respondedModel: "our-deployment" }],
  },
  {
    name: "AzureOpenAI, streamed, with its first chunk of no choice",
    client: azure,
    call: async (client) => listOf(await client.chat.completions.create(METERED_QUESTION)),
    records: [{ ...ANSWER, respondedModel: "our-deployment" }],
  },
];

interface Counting extends OpenAI {
  readonly count: number;
}

function subclassed(Base: typeof OpenAI, provider: Parameters<typeof clientOptions>[0]): OpenAI {
  class CountingOpenAI extends Base {
    #count = 0;

    get count(): number {
      return this.#count;
    }

    protected override async prepareOptions(options: Awaited<Parameters<OpenAI["request"]>[0]>): Promise<void> {
      this.#count += 1;
      await super.prepareOptions(options);
    }
  }
  return new CountingOpenAI(clientOptions(provider));
}
