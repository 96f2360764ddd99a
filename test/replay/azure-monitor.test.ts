// cspell:ignore resourceregion metadatavalues modelname modeldeploymentname
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";

import { temporaryFolder } from "../journal/temporary-folder.ts";
import { jsonLines, replayedFiles } from "./replayed.ts";
import { sumsOf } from "./sums.ts";

const metric = (name: string, totals: Readonly<Record<string, number>>) => ({
  timespan: "2026-10-06T00:00:00Z/2026-10-07T00:00:00Z",
  interval: "PT1H",
  resourceregion: "francecentral",
  value: [
    {
      name: { value: name },
      timeseries: [
        {
          metadatavalues: [
            { name: { value: "modelname" }, value: "gpt-4o" },
            { name: { value: "modeldeploymentname" }, value: "prod" },
          ],
          data: Object.entries(totals).map(([hour, total]) => ({ timeStamp: `2026-10-06T${hour}:00:00Z`, total })),
        },
      ],
    },
  ],
});

test("files of one metric each come to one sum, in any order, repeated and grown", async () => {
  const morning = metric("ProcessedPromptTokens", { "08": 60 });
  const prompts = metric("ProcessedPromptTokens", { "08": 100, "09": 200 });
  const generated = metric("GeneratedTokens", { "08": 50, "09": 20 });
  const requests = metric("AzureOpenAIRequests", { "08": 3, "09": 4 });
  const withRequests = { completed: 7, input: 300, output: 70 };
  await fc.assert(
    fc.asyncProperty(
      fc
        .constantFrom(
          ...[
            { files: [prompts, generated], sums: { completed: 2, input: 300, output: 70 } },
            { files: [prompts, generated, requests], sums: withRequests },
            { files: [morning, prompts, generated, requests, prompts], sums: withRequests },
          ],
        )
        .chain(({ files, sums }) =>
          fc.record({ files: fc.shuffledSubarray(files, { minLength: files.length }), sums: fc.constant(sums) }),
        ),
      fc.boolean(),
      async ({ files, sums }, atOnce) => {
        const folder = temporaryFolder();
        const paths = files.map((_, n) => join(folder, `${n}.jsonl`));
        for (const [n, path] of paths.entries()) writeFileSync(path, jsonLines(files[n]));
        const { records, outcomes } = await replayedFiles(atOnce ? [paths] : paths.map((path) => [path]), {}, folder);
        expect(sumsOf(records)).toStrictEqual(sums);
        expect(outcomes.every(({ rejected }) => rejected === 0)).toBe(true);
        expect(records[0]!.footprint!.energyJoules!.central).toBeGreaterThan(0);
      },
    ),
    { numRuns: 12 },
  );
});
