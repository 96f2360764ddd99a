import type { Fault } from "../../../examples/local-provider/fault.ts";
import type { Usage } from "../../../src/model/usage.ts";
import type { ExpectedRecord } from "../contract.ts";
import { completed, estimated, failed } from "../expected.ts";
import { ANSWERED, listOf, listUntilError, METERED_QUESTION, MODEL, QUESTION, type OpenAIShape } from "./sdk.ts";
import { ESTIMATED } from "./streams.ts";

const ANSWER = completed("chat", MODEL, ANSWERED);

const whole = (name: string, fault: Fault, record: ExpectedRecord = ANSWER): OpenAIShape => ({
  name: `JSON ${name}`,
  faults: [fault],
  call: (client) => client.chat.completions.create(QUESTION, { maxRetries: 0 }),
  records: [record],
});

const streamed = (name: string, fault: Fault, record: ExpectedRecord = ANSWER): OpenAIShape => ({
  name: `stream ${name}`,
  faults: [fault],
  call: async (client) => listUntilError(await client.chat.completions.create(METERED_QUESTION)),
  records: [record],
});

const reporting = (usage: Usage): ExpectedRecord => ({ ...ANSWER, usage });
const silent: ExpectedRecord = { ...ANSWER, usage: undefined, usageSource: "missing" };

/** How an answer can be packed, and what nonsense can be in it. */
export const bodyShapes: readonly OpenAIShape[] = [
  whole("gzipped", { gzip: true }),
  whole("in small pieces", { writeBytes: [7, 1, 30] }),
  streamed("gzipped", { gzip: true }),
  streamed("with events split anywhere", { writeBytes: [1, 13, 7] }),
  streamed("with several events at once", { eventsPerWrite: 5 }),
  streamed("with CRLF line ends", { lineEnd: "\r\n" }),
  streamed("with comments between events", { commentBytes: 20 }),
  streamed("gzipped, split, with CRLF and comments", {
    gzip: true,
    writeBytes: [11],
    lineEnd: "\r\n",
    commentBytes: 5,
  }),
  streamed("without [DONE]", { omitDone: true }),
  streamed(
    "with an error event",
    { errorEventAfter: 4 },
    {
      ...estimated({ ...failed("chat", MODEL, "stream_error"), respondedModel: MODEL }, { outputTokens: 3 }),
    },
  ),
  whole(
    "that is HTML",
    { body: "<html>Bad gateway</html>", contentType: "text/html" },
    {
      ...failed("chat", MODEL, "malformed"),
    },
  ),
  whole("that is cut off", { body: '{"id": "chatcmpl-1", "model": ' }, failed("chat", MODEL, "malformed")),
  whole("that is empty", { body: "" }, failed("chat", MODEL, "malformed")),
  whole("without usage", { usage: null }, silent),
  whole("with negative usage", { usage: { prompt_tokens: -5, completion_tokens: 7 } }, reporting({ outputTokens: 7 })),
  whole(
    "with fractional usage",
    { usage: { prompt_tokens: 3.5, completion_tokens: 7 } },
    reporting({ outputTokens: 7 }),
  ),
  whole("with huge usage", { usage: { prompt_tokens: 1e300, completion_tokens: 7 } }, reporting({ outputTokens: 7 })),
  whole("with usage in strings", { usage: { prompt_tokens: "4", completion_tokens: "12" } }, silent),
  whole("with usage that is a list", { usage: [1, 2] }, silent),
  whole(
    "with usage of zero",
    { usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } },
    reporting({ inputTokens: 0, outputTokens: 0 }),
  ),
  whole(
    "with more cached tokens than prompt",
    {
      usage: { prompt_tokens: 4, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 9 } },
    },
    reporting({ inputTokens: 4, cacheReadTokens: 9, outputTokens: 7 }),
  ),
  streamed("without the usage that was asked for", { usage: null }, estimated(ANSWER, ESTIMATED)),
  streamed(
    "with usage in strings",
    { usage: { prompt_tokens: "4", completion_tokens: "12" } },
    estimated(ANSWER, ESTIMATED),
  ),
  {
    name: "stream of 2,000 events",
    call: async (client) => {
      const chunks = await listOf(
        await client.chat.completions.create({ ...METERED_QUESTION, max_completion_tokens: 2000 }),
      );
      return [chunks.length, chunks.at(-1)];
    },
    records: [reporting({ ...ANSWERED, outputTokens: 2000 })],
  },
];
