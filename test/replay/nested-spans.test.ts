import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";

import { temporaryFolder } from "../journal/temporary-folder.ts";
import { jsonLines, replayedFiles } from "./replayed.ts";
import { sumsOf } from "./sums.ts";

test("a call in a call is one request, whatever stands between them, in any order of batches and files", async () => {
  const started = 1_760_000_000;
  const of = (spanId: string, parentSpanId: string, tokens?: number) => ({
    resourceSpans: [
      {
        resource: {},
        scopeSpans: [
          {
            scope: { name: `scope ${spanId}` },
            spans: [
              {
                traceId: "5b8efff798038103d269b633813fc60c",
                spanId,
                parentSpanId,
                name: "span",
                startTimeUnixNano: `${started}000000000`,
                endTimeUnixNano: `${started + 2}000000000`,
                attributes:
                  tokens === undefined
                    ? []
                    : [
                        { key: "gen_ai.operation.name", value: { stringValue: "chat" } },
                        { key: "gen_ai.provider.name", value: { stringValue: "openai" } },
                        { key: "gen_ai.request.model", value: { stringValue: "gpt-4o" } },
                        { key: "gen_ai.usage.input_tokens", value: { intValue: tokens } },
                      ],
              },
            ],
          },
        ],
      },
    ],
  });
  const id = (n: number): string => String(n).repeat(16);
  // A framework's call of 30 tokens, around two spans of no calls, around the SDK's calls of 10 and 20 tokens.
  const two = [of(id(1), "", 30), of(id(2), id(1)), of(id(3), id(2)), of(id(4), id(3), 10), of(id(5), id(3), 20)];
  const one = [of(id(1), "", 30), of(id(2), id(1)), of(id(3), id(2)), of(id(4), id(3), 30)];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(one, two).chain((spans) => fc.shuffledSubarray(spans, { minLength: spans.length })),
      fc.integer({ min: 0, max: 5 }),
      async (order, split) => {
        const folder = temporaryFolder();
        const [a, b] = [join(folder, "a.jsonl"), join(folder, "b.jsonl")];
        writeFileSync(a, jsonLines(...order.slice(0, split)));
        writeFileSync(b, jsonLines(...order.slice(split)));
        const { records, outcomes } = await replayedFiles([[a], [b]], {}, folder);
        const completed = order.length - 3;
        expect(sumsOf(records)).toStrictEqual({ completed, input: 30 });
        expect(outcomes.reduce((sum, outcome) => sum + outcome.new, 0)).toBe(completed);
      },
    ),
    { numRuns: 40 },
  );
});
