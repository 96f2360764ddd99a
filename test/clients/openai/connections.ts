import type { Fault } from "../../../examples/local-provider/fault.ts";
import { abandoned, completed, estimated, failed } from "../expected.ts";
import {
  ANSWERED,
  listOf,
  listUntilError,
  METERED_QUESTION,
  MODEL,
  QUESTION,
  STREAMED_QUESTION,
  type OpenAIShape,
} from "./sdk.ts";

const ANSWER = completed("chat", MODEL, ANSWERED);
const RETRIED = { ...ANSWER, attempts: 2 };
const RATE_LIMITED: Fault = { status: 429, retryAfterMilliseconds: 1 };
const BROKEN: Fault = { status: 500, retryAfterMilliseconds: 1 };
const create: OpenAIShape["call"] = (client) => client.chat.completions.create(QUESTION);
const createOnce: OpenAIShape["call"] = (client) => client.chat.completions.create(QUESTION, { maxRetries: 0 });

/** What goes wrong between the client and the provider. */
export const connectionShapes: readonly OpenAIShape[] = [
  { name: "429, then an answer", faults: [RATE_LIMITED], call: create, records: [RETRIED] },
  {
    name: "429, then a stream",
    faults: [RATE_LIMITED],
    call: async (client) => listOf(await client.chat.completions.create(METERED_QUESTION)),
    records: [RETRIED],
  },
  {
    name: "429 to the end",
    faults: [RATE_LIMITED, RATE_LIMITED, RATE_LIMITED],
    call: create,
    records: [failed("chat", MODEL, "http_429", 3)],
  },
  { name: "500 twice, then an answer", faults: [BROKEN, BROKEN], call: create, records: [{ ...ANSWER, attempts: 3 }] },
  {
    name: "503 without a retry",
    faults: [{ status: 503 }],
    call: createOnce,
    records: [failed("chat", MODEL, "http_503")],
  },
  { name: "400", faults: [{ status: 400 }], call: create, records: [failed("chat", MODEL, "http_400")] },
  {
    name: "404, seen through asResponse",
    faults: [{ status: 404 }],
    call: (client) => client.chat.completions.create(QUESTION).asResponse(),
    records: [failed("chat", MODEL, "http_404")],
  },
  {
    name: "401 of a stream",
    faults: [{ status: 401 }],
    call: async (client) => listOf(await client.chat.completions.create(STREAMED_QUESTION)),
    records: [failed("chat", MODEL, "http_401")],
  },
  {
    name: "a connection dropped before the headers, then an answer",
    faults: [{ drop: "before_headers" }],
    call: create,
    records: [RETRIED],
  },
  {
    name: "a connection dropped before the headers, no retry",
    faults: [{ drop: "before_headers" }],
    call: createOnce,
    records: [failed("chat", MODEL, "connection")],
  },
  {
    name: "a connection dropped in the middle of JSON",
    faults: [{ drop: "mid_body" }],
    call: createOnce,
    records: [failed("chat", MODEL, "connection")],
    // node-fetch 2, the transport of openai 4, waits for ever.
    majors: [5, 6, 7],
  },
  {
    name: "a connection dropped in the middle of a stream",
    faults: [{ drop: 4, chunkIntervalMilliseconds: 5 }],
    call: async (client) => listUntilError(await client.chat.completions.create(STREAMED_QUESTION)),
    records: [estimated({ ...failed("chat", MODEL, "connection"), respondedModel: MODEL }, { outputTokens: 3 })],
  },
  {
    name: "an address where nobody listens",
    client: (sdk) => new sdk.module.OpenAI({ apiKey: "a key", baseURL: "http://127.0.0.1:1/v1", maxRetries: 0 }),
    call: create,
    records: [failed("chat", MODEL, "connection")],
  },
  {
    name: "a timeout",
    faults: [{ latencyMilliseconds: 2000 }],
    call: (client) => client.chat.completions.create(QUESTION, { timeout: 150, maxRetries: 0 }),
    records: [failed("chat", MODEL, "timeout")],
  },
  {
    name: "a timeout, then an answer",
    faults: [{ latencyMilliseconds: 2000 }],
    call: (client) => client.chat.completions.create(QUESTION, { timeout: 800, maxRetries: 1 }),
    records: [RETRIED],
  },
  {
    name: "slow headers",
    faults: [{ latencyMilliseconds: 60 }],
    call: create,
    records: [ANSWER],
  },
  {
    name: "an AbortSignal before the headers",
    faults: [{ latencyMilliseconds: 2000 }],
    call: async (client, { provider }) => {
      const controller = new AbortController();
      const promise = client.chat.completions.create(QUESTION, { signal: controller.signal });
      const thrown = promise.catch((error: unknown) => error);
      while (provider.requests.length === 0) await new Promise(setImmediate);
      controller.abort();
      return thrown;
    },
    records: [{ ...abandoned("chat", MODEL), respondedModel: undefined }],
  },
  {
    name: "an AbortSignal that was aborted before",
    call: (client) => client.chat.completions.create(QUESTION, { signal: AbortSignal.abort() }),
    records: [],
  },
];
