import { toFile } from "openai";

import { IMPATIENT_USER, type Clients } from "./providers.ts";

/** One thing that a team's part of the application does with a model. */
export interface Feature {
  readonly team: string;
  readonly name: string;
  /** How many of a hundred calls are for this feature. */
  readonly share: number;
  /** Serves one call; the pieces are what its user gets to see. */
  readonly serve: (call: Call) => AsyncIterable<string> | Promise<unknown>;
}

export interface Call {
  /** Makes calls differ, the same way in every run. */
  readonly number: number;
  readonly impatient: boolean;
  /** Aborts when the user has left. */
  readonly signal: AbortSignal;
}

/** The features that can be served with these clients. */
export const featuresFor = ({ openai, mistral }: Clients): readonly Feature[] => [
  ...(openai ? openaiFeatures(openai) : []),
  ...(mistral ? mistralFeatures(mistral) : []),
];

const openaiFeatures = (openai: NonNullable<Clients["openai"]>): Feature[] => [
  {
    team: "search",
    name: "query-embeddings",
    share: 25,
    serve: ({ number }) => openai.embeddings.create({ model: "text-embedding-3-small", input: `query ${number}` }),
  },
  {
    team: "search",
    name: "answers",
    share: 18,
    async *serve({ number, impatient, signal }) {
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
  },
  {
    team: "platform",
    name: "coding-agent",
    share: 8,
    serve: ({ number, signal }) =>
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
  },
  {
    team: "product",
    name: "summaries",
    share: 9,
    serve: ({ number }) =>
      openai.responses.create({
        model: "gpt-5-mini",
        input: `Summarise meeting ${number}.`,
        max_output_tokens: lengthOf(number, 80, 200),
        reasoning: { effort: "low" },
      }),
  },
  {
    team: "product",
    name: "voice-notes",
    share: 3,
    serve: async () =>
      openai.audio.transcriptions.create({
        model: "gpt-4o-transcribe",
        file: await toFile(Buffer.alloc(8000), "note.wav", { type: "audio/wav" }),
      }),
  },
];

const mistralFeatures = (mistral: NonNullable<Clients["mistral"]>): Feature[] => [
  {
    team: "support",
    name: "ticket-replies",
    share: 14,
    serve: ({ number }) =>
      mistral.chat.complete({
        model: "mistral-large-2411",
        messages: [{ role: "user", content: `Reply to ticket ${number}.` }],
        maxTokens: lengthOf(number, 100, 400),
      }),
  },
  {
    team: "support",
    name: "moderation",
    share: 9,
    serve: ({ number }) =>
      mistral.classifiers.moderate({ model: "mistral-moderation-latest", inputs: [`Ticket ${number}`] }),
  },
  {
    team: "platform",
    name: "code-completion",
    share: 8,
    async *serve({ number, signal }) {
      const request = { model: "codestral-latest", prompt: `function task${number}(`, suffix: "}", maxTokens: 16 };
      for await (const { data } of await mistral.fim.stream(request, { fetchOptions: { signal } })) {
        const content = data.choices[0]?.delta.content;
        yield typeof content === "string" ? content : "";
      }
    },
  },
  {
    team: "data",
    name: "nightly-embeddings",
    share: 6,
    serve: ({ number }) =>
      mistral.embeddings.create({
        model: "mistral-embed",
        inputs: Array.from({ length: 32 }, (_, index) => `document ${number} paragraph ${index}`),
      }),
  },
];

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

/** A length between two bounds that looks random and is not. */
const lengthOf = (number: number, shortest: number, longest: number): number =>
  shortest + ((number * 37) % (longest - shortest + 1));
