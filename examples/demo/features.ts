import { toFile } from "openai";

import { featuresServed, IMPATIENT_USER, lengthOf, type Feature, type Serves } from "./feature.ts";
import type { Clients } from "./providers.ts";

/** The features that can be served with these clients. */
export const featuresFor = ({ openai, mistral }: Clients): readonly Feature[] =>
  featuresServed({ ...(openai && openaiFeatures(openai)), ...(mistral && mistralFeatures(mistral)) });

const openaiFeatures = (openai: NonNullable<Clients["openai"]>): Serves => ({
  "query-embeddings": ({ number }) =>
    openai.embeddings.create({ model: "text-embedding-3-small", input: `query ${number}` }),
  async *answers({ number, impatient, signal }) {
    const stream = await openai.chat.completions.create(
      {
        model: "gpt-4o-mini",
        messages: [{ role: "user", content: `Answer question ${number} from these ten documents.` }],
        max_completion_tokens: lengthOf(number, 20, 60),
        stream: true,
        stream_options: { include_usage: true },
        safety_identifier: impatient ? IMPATIENT_USER : "patient",
      },
      { signal },
    );
    for await (const { choices } of stream) yield choices[0]?.delta.content ?? "";
  },
  "coding-agent": ({ number, signal }) =>
    openai.chat.completions
      .runTools(
        {
          model: "gpt-5-mini",
          reasoning_effort: "medium",
          prompt_cache_key: "coding-agent",
          messages: [{ role: "user", content: `Fix issue ${number} and run the tests.` }],
          tools: [testsTool],
        },
        { signal },
      )
      .finalContent(),
  summaries: ({ number }) =>
    openai.responses.create({
      model: "gpt-5-mini",
      input: `Summarise meeting ${number}.`,
      max_output_tokens: lengthOf(number, 80, 200),
      reasoning: { effort: "low" },
    }),
  "voice-notes": async () =>
    openai.audio.transcriptions.create({
      model: "gpt-4o-transcribe",
      file: await toFile(Buffer.alloc(8000), "note.wav", { type: "audio/wav" }),
    }),
});

const mistralFeatures = (mistral: NonNullable<Clients["mistral"]>): Serves => ({
  "ticket-replies": ({ number }) =>
    mistral.chat.complete({
      model: "mistral-large-2411",
      messages: [{ role: "user", content: `Reply to ticket ${number}.` }],
      maxTokens: lengthOf(number, 100, 400),
    }),
  moderation: ({ number }) =>
    mistral.classifiers.moderate({ model: "mistral-moderation-latest", inputs: [`Ticket ${number}`] }),
  async *"code-completion"({ number, signal }) {
    const request = { model: "codestral-latest", prompt: `function task${number}(`, suffix: "}", maxTokens: 16 };
    for await (const { data } of await mistral.fim.stream(request, { fetchOptions: { signal } })) {
      const content = data.choices[0]?.delta.content;
      yield typeof content === "string" ? content : "";
    }
  },
  "nightly-embeddings": ({ number }) =>
    mistral.embeddings.create({
      model: "mistral-embed",
      inputs: Array.from({ length: 32 }, (_, index) => `document ${number} paragraph ${index}`),
    }),
});

const testsTool = {
  type: "function" as const,
  function: {
    name: "run_tests",
    description: "Runs the tests and says which fail.",
    parameters: { type: "object", properties: { path: { type: "string" } } },
    parse: (text: string) => JSON.parse(text) as { path: string },
    function: ({ path }: { path: string }) => `All tests in ${path} pass.`,
  },
};
