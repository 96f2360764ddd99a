import { describe } from "vitest";

import { mistral } from "../../src/wire/mistral/mistral.ts";
import { openai } from "../../src/wire/openai/openai.ts";
import { abandoned, completed, estimated, failed } from "../clients/expected.ts";
import * as mistralSdk from "../clients/mistral/sdk.ts";
import { mistralShapes } from "../clients/mistral/shapes.ts";
import * as openaiSdk from "../clients/openai/sdk.ts";
import { openaiShapes } from "../clients/openai/shapes.ts";
import { mistralVersions, openaiVersions } from "../clients/versions.ts";
import { testThroughGateway, type GatewayDifference } from "./through-gateway.ts";

/** What differs for every SDK: the gateway sees bytes that a parser never gave out, and an upstream that does not answer. */
const differencesOf = (model: string): Record<string, GatewayDifference<object>> => ({
  "a connection dropped before the headers, no retry": { answers: 502 },
  "a connection dropped in the middle of JSON": {
    records: [{ ...failed("chat", model, "connection"), respondedModel: model }],
  },
  // Out of patience, the client leaves, as any that leaves.
  "a timeout": { records: [{ ...abandoned("chat", model), respondedModel: undefined }] },
});

describe.for(await openaiVersions())("a bare client of $name", (sdk) => {
  const { ANSWERED, MODEL } = openaiSdk;
  const differences = {
    ...differencesOf(MODEL),
    "asResponse, then its body left": { records: [abandoned("chat", MODEL)] },
    // What nobody reads has passed all the same.
    "a promise that nobody awaits": { records: [completed("chat", MODEL, ANSWERED)] },
    "stream that nobody reads": { records: [estimated(completed("chat", MODEL, undefined), { outputTokens: 12 })] },
    "an address where nobody listens": { records: [] },
  };
  testThroughGateway(sdk, openaiShapes, { family: openai, differences });
  // An answer that is held has been read to its end, whoever leaves it.
  const held = { records: [completed("chat", MODEL, ANSWERED)], triesAlike: false };
  testThroughGateway(sdk, openaiShapes, {
    family: openai,
    differences: { ...differences, "asResponse, then its body left": held },
    disclose: true,
  });
});

describe.for(await mistralVersions())("a bare client of $name", (sdk) => {
  const { ANSWERED, MODEL } = mistralSdk;
  const differences = {
    ...differencesOf(MODEL),
    "chat.stream that nobody reads": { records: [completed("chat", MODEL, ANSWERED)] },
  };
  for (const disclose of [false, true])
    testThroughGateway(sdk, mistralShapes, { family: mistral, differences, disclose });
});
