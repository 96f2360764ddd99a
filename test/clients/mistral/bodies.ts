import type { Fault } from "../../../examples/local-provider/fault.ts";
import type { ExpectedRecord } from "../contract.ts";
import { completed, estimated, failed } from "../expected.ts";
import { ANSWERED, MODEL, QUESTION, type MistralShape } from "./sdk.ts";

const ANSWER = completed("chat", MODEL, ANSWERED);

const whole = (name: string, fault: Fault, record: ExpectedRecord = ANSWER): MistralShape => ({
  name: `JSON ${name}`,
  faults: [fault],
  call: (client) => client.chat.complete(QUESTION),
  records: [record],
});

const streamed = (name: string, fault: Fault, record: ExpectedRecord = ANSWER): MistralShape => ({
  name: `stream ${name}`,
  faults: [fault],
  call: async (client) => {
    const list: unknown[] = [];
    try {
      for await (const event of await client.chat.stream(QUESTION)) list.push(event);
      return { list };
    } catch (thrown) {
      return { list, thrown };
    }
  },
  records: [record],
});

/** How an answer can be packed, and what nonsense can be in it. */
export const bodyShapes: readonly MistralShape[] = [
  whole("gzipped", { gzip: true }),
  whole("in small pieces", { writeBytes: [7, 1, 30] }),
  streamed("gzipped", { gzip: true }),
  streamed("with events split anywhere", { writeBytes: [1, 13, 7] }),
  streamed("with several events at once", { eventsPerWrite: 5 }),
  streamed("with CRLF line ends", { lineEnd: "\r\n" }),
  streamed("with comments between events", { commentBytes: 20 }),
  streamed("without [DONE]", { omitDone: true }),
  streamed("without usage", { usage: null }, estimated(ANSWER, { outputTokens: 12 })),
  streamed(
    "with an error event",
    { errorEventAfter: 4 },
    estimated({ ...failed("chat", MODEL, "stream_error"), respondedModel: MODEL }, { outputTokens: 3 }),
  ),
  streamed(
    "dropped in its middle",
    { drop: 4, chunkIntervalMilliseconds: 5 },
    estimated({ ...failed("chat", MODEL, "connection"), respondedModel: MODEL }, { outputTokens: 3 }),
  ),
  whole(
    "that is HTML",
    { body: "<html>Bad gateway</html>", contentType: "text/html" },
    failed("chat", MODEL, "malformed"),
  ),
  {
    ...whole("that is cut off", { body: '{"id": "cmpl-1", "model": ' }, failed("chat", MODEL, "malformed")),
    // Version 1 rejects a second promise, which nobody can handle.
    majors: [2],
  },
  whole(
    "with negative usage",
    { usage: { prompt_tokens: -5, completion_tokens: 7, total_tokens: 2 } },
    {
      ...ANSWER,
      usage: { outputTokens: 7 },
    },
  ),
  whole(
    "with usage in strings",
    { usage: { prompt_tokens: "4", completion_tokens: "12" } },
    {
      ...ANSWER,
      usage: undefined,
      usageSource: "missing",
    },
  ),
];
