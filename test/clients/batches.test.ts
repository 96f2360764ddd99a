import { HTTPClient, Mistral } from "@mistralai/mistralai";
import OpenAI from "openai";
import { expect, test } from "vitest";

import { createMeter, type Meter, type RequestRecord } from "../../src/index.ts";
import { fixture } from "../wire/fixtures.ts";

/** Answers each path with a fixture. */
const answering =
  (family: string, byPath: Readonly<Record<string, string>>) =>
  (input: unknown): Promise<Response> => {
    const url = input instanceof Request ? input.url : String(input);
    const name = Object.entries(byPath).find(([path]) => new URL(url).pathname.endsWith(path))?.[1];
    if (name === undefined) return Promise.resolve(new Response("{}", { status: 404 }));
    const { bytes, ...rest } = fixture(family, name);
    const contentType = url.endsWith("/content") ? "application/octet-stream" : rest.contentType;
    return Promise.resolve(new Response(new Uint8Array(bytes), { headers: { "content-type": contentType } }));
  };

function metered(): { meter: Meter; records: RequestRecord[] } {
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  return { meter, records };
}

test("a wrapped client of OpenAI counts a batch by the files that it fetches, and only once", async () => {
  const { meter, records } = metered();
  const fetch = answering("openai", {
    "/batches": "batch-completed-without-usage.json",
    "/batches/batch_abc": "batch-completed-without-usage.json",
    "/files/file-out/content": "batch-output.jsonl",
  });
  const client = meter.wrap(new OpenAI({ apiKey: "sk-test", fetch, maxRetries: 0 }));
  await client.batches.create({ endpoint: "/v1/chat/completions", input_file_id: "file-in", completion_window: "24h" });
  const batch = await client.batches.retrieve("batch_abc");
  for (let times = 0; times < 2; times++) {
    const file = await client.files.content(batch.output_file_id!);
    expect((await file.text()).trim().split("\n")).toHaveLength(3);
  }
  await meter.flush();
  expect(records).toMatchObject([
    { provider: "openai", operation: "batches", outcome: "failed", usage: undefined },
    { outcome: "completed", model: "gpt-4o-mini", usage: { inputTokens: 20, outputTokens: 5 } },
    { outcome: "completed", model: "text-embedding-3-small", usage: { inputTokens: 8 } },
    { outcome: "completed", model: "gpt-4o-mini", usage: { inputTokens: 7, outputTokens: 3 } },
  ]);
});

test("a wrapped client of Mistral counts a batch job by its last state and the file that it downloads", async () => {
  const { meter, records } = metered();
  const fetcher = answering("mistral", {
    "/batch/jobs/job-1": "batch-job.json",
    "/files/out-1/content": "batch-output.jsonl",
  });
  const client = meter.wrap(new Mistral({ apiKey: "test", httpClient: new HTTPClient({ fetcher }) }));
  const job = await client.batch.jobs.get({ jobId: "job-1" });
  const results = await client.files.download({ fileId: job.outputFile! });
  for await (const _chunk of results);
  await meter.flush();
  expect(records).toMatchObject([
    { provider: "mistral_ai", operation: "batches", outcome: "failed", usage: undefined },
    { outcome: "completed", requestedModel: undefined, usage: { inputTokens: 9, outputTokens: 4 } },
  ]);
});

test("a wrapped client above a metered fetch of the same meter counts a batch once", async () => {
  const { meter, records } = metered();
  const fetch = meter.fetch({ fetch: answering("openai", { "/files/file-out/content": "batch-output.jsonl" }) });
  const client = meter.wrap(new OpenAI({ apiKey: "sk-test", fetch, maxRetries: 0 }));
  await (await client.files.content("file-out")).text();
  await meter.flush();
  expect(records).toHaveLength(3);
});
