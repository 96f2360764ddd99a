import Replicate from "replicate";
import { describe } from "vitest";

import { testContract, type CallShape } from "../clients/contract.ts";
import { exchangingBySlot, testEssentials, type EssentialSdk } from "../clients/essentials.ts";
import { abandoned, completed, estimated, failed } from "../clients/expected.ts";
import { meteredBy } from "../clients/metered.ts";

const MODEL = "meta/meta-llama-3-8b-instruct";
const OPERATION = "predictions";
const DROPPED = "a connection dropped before the headers, then an answer";
const input = { prompt: "Say something short." };
const USAGE = { inputTokens: 4, outputTokens: 12 };

const replicate: EssentialSdk<Replicate> = {
  major: 1,
  name: "replicate 1",
  operation: OPERATION,
  model: MODEL,
  usage: USAGE,
  leftUsage: {},
  // The SDK tries a call five times more, without a pause.
  attempts: 6,
  client: (provider) => new Replicate({ auth: "a key", baseUrl: provider.replicateBaseURL }),
  ask: (client, signal) => client.predictions.create({ model: MODEL, input, wait: true, ...(signal && { signal }) }),
  // A 502 is not tried again.
  throughGateway: {
    [DROPPED]: { triesAlike: false, records: [failed(OPERATION, MODEL, "connection")] },
  },
  exchanging: exchangingBySlot,
};
testEssentials(replicate);

type Shape = CallShape<Replicate, EssentialSdk<Replicate>>;

const answered = { ...completed(OPERATION, MODEL, USAGE), respondedModel: MODEL };
const ended = (record: ReturnType<typeof failed>) => ({ ...record, respondedModel: MODEL });

const shapes: readonly Shape[] = [
  {
    name: "run(), which waits with its request",
    call: (client) => client.run(MODEL, { input }),
    records: [answered],
  },
  {
    name: "run() that polls, which is one request",
    call: (client) => client.run(MODEL, { input, wait: { mode: "poll", interval: 1 } }),
    records: [answered],
  },
  {
    name: "run() of a version, whose model only the answer names",
    call: (client) => client.run(`${MODEL}:${"0".repeat(64)}`, { input }),
    records: [{ ...answered, requestedModel: undefined }],
  },
  {
    name: "a prediction that is waited for",
    call: async (client) => client.wait(await client.predictions.create({ model: MODEL, input }), { interval: 1 }),
    records: [answered],
  },
  {
    name: "a prediction that fails",
    call: (client) => client.run(MODEL, { input: { ...input, fails: true }, wait: { mode: "poll", interval: 1 } }),
    records: [ended(failed(OPERATION, MODEL, "provider_error"))],
  },
  {
    name: "a prediction that the application cancels",
    call: async (client) => client.predictions.cancel((await client.predictions.create({ model: MODEL, input })).id),
    records: [{ ...abandoned(OPERATION, MODEL), respondedModel: MODEL }],
  },
  {
    name: "stream(), which opens the prediction's stream",
    call: async (client) => {
      const events: unknown[] = [];
      for await (const event of client.stream(MODEL, { input })) events.push(event);
      return events;
    },
    records: [estimated(answered, { outputTokens: 12 })],
  },
];

describe("replicate's own ways to call", () => testContract(replicate, shapes, meteredBy));
