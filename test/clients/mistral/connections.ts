import { abandoned, completed, failed } from "../expected.ts";
import { ANSWERED, clientOptions, listOf, MODEL, QUESTION, RETRYING, type MistralShape } from "./sdk.ts";

const ANSWER = completed("chat", MODEL, ANSWERED);
const RETRIED = { ...ANSWER, attempts: 2 };
const complete: MistralShape["call"] = (client) => client.chat.complete(QUESTION);
const retrying: MistralShape["client"] = (sdk, provider) =>
  new sdk.module.Mistral({ ...clientOptions(provider), retryConfig: RETRYING });

/** What goes wrong between the client and the provider. */
export const connectionShapes: readonly MistralShape[] = [
  { name: "429, then an answer", client: retrying, faults: [{ status: 429 }], call: complete, records: [RETRIED] },
  {
    name: "500 twice, then an answer",
    faults: [{ status: 500 }, { status: 503 }],
    call: (client) => client.chat.complete(QUESTION, { retries: RETRYING }),
    records: [{ ...ANSWER, attempts: 3 }],
  },
  {
    name: "429, then a stream",
    client: retrying,
    faults: [{ status: 429 }],
    call: async (client) => listOf(await client.chat.stream(QUESTION)),
    records: [RETRIED],
  },
  {
    name: "429 without a retry",
    faults: [{ status: 429 }],
    call: complete,
    records: [failed("chat", MODEL, "http_429")],
  },
  { name: "400", faults: [{ status: 400 }], call: complete, records: [failed("chat", MODEL, "http_400")] },
  {
    name: "422 for a missing model",
    call: (client) => client.chat.complete({ ...QUESTION, model: "" }),
    records: [failed("chat", "", "http_422")],
  },
  {
    name: "401 of a stream",
    faults: [{ status: 401 }],
    call: async (client) => listOf(await client.chat.stream(QUESTION)),
    records: [failed("chat", MODEL, "http_401")],
  },
  {
    name: "a connection dropped before the headers, then an answer",
    client: retrying,
    faults: [{ drop: "before_headers" }],
    call: complete,
    records: [RETRIED],
  },
  {
    name: "a connection dropped before the headers, no retry",
    faults: [{ drop: "before_headers" }],
    call: complete,
    records: [failed("chat", MODEL, "connection")],
  },
  {
    name: "a connection dropped in the middle of JSON",
    faults: [{ drop: "mid_body" }],
    call: complete,
    records: [failed("chat", MODEL, "connection")],
    // Version 1 rejects a second promise, which nobody can handle.
    majors: [2],
  },
  {
    name: "a timeout",
    faults: [{ latencyMilliseconds: 2000 }],
    call: (client) => client.chat.complete(QUESTION, { timeoutMs: 150 }),
    records: [failed("chat", MODEL, "timeout")],
  },
  {
    name: "slow headers",
    faults: [{ latencyMilliseconds: 60 }],
    call: complete,
    records: [ANSWER],
  },
  {
    name: "an AbortSignal before the headers",
    faults: [{ latencyMilliseconds: 2000 }],
    call: async (client, { provider }) => {
      const controller = new AbortController();
      const { signal } = controller;
      const thrown = client.chat.complete(QUESTION, { fetchOptions: { signal } }).catch((error: unknown) => error);
      while (provider.requests.length === 0) await new Promise(setImmediate);
      controller.abort();
      return thrown;
    },
    records: [{ ...abandoned("chat", MODEL), respondedModel: undefined }],
  },
];
