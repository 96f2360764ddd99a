import { featuresServed, IMPATIENT_USER, lengthOf, type Feature, type Serves } from "../feature.ts";
import type { Api } from "./api.ts";

/** The features that can be served with these APIs. */
export const featuresFor = ({
  openai,
  mistral,
}: {
  readonly openai?: Api;
  readonly mistral?: Api;
}): readonly Feature[] =>
  featuresServed({ ...(openai && openaiFeatures(openai)), ...(mistral && mistralFeatures(mistral)) });

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string | null } }[];
}

interface Message {
  readonly role: string;
  readonly content?: string | null;
  readonly tool_calls?: readonly { readonly id: string }[];
}

const openaiFeatures = (openai: Api): Serves => ({
  "query-embeddings": ({ number }) =>
    openai.json("/embeddings", { model: "text-embedding-3-small", input: `query ${number}` }),
  async *answers({ number, impatient, signal }) {
    const question = {
      model: "gpt-4o-mini",
      messages: [{ role: "user", content: `Answer question ${number} from these ten documents.` }],
      max_completion_tokens: lengthOf(number, 20, 60),
      stream_options: { include_usage: true },
      safety_identifier: impatient ? IMPATIENT_USER : "patient",
    };
    for await (const { choices } of openai.events<Chunk>("/chat/completions", question, signal))
      yield choices[0]?.delta.content ?? "";
  },
  async "coding-agent"({ number, signal }) {
    const messages: object[] = [{ role: "user", content: `Fix issue ${number} and run the tests.` }];
    for (;;) {
      const { choices } = await openai.json<{ choices: { message: Message }[] }>(
        "/chat/completions",
        {
          model: "gpt-5-mini",
          reasoning_effort: "medium",
          prompt_cache_key: "coding-agent",
          messages,
          tools: [TESTS_TOOL],
        },
        signal,
      );
      const message = choices[0]!.message;
      if (!message.tool_calls?.length) return;
      const results = message.tool_calls.map(({ id }) => ({
        role: "tool",
        tool_call_id: id,
        content: "All tests pass.",
      }));
      messages.push(message, ...results);
    }
  },
  summaries: ({ number }) =>
    openai.json("/responses", {
      model: "gpt-5-mini",
      input: `Summarise meeting ${number}.`,
      max_output_tokens: lengthOf(number, 80, 200),
      reasoning: { effort: "low" },
    }),
  "voice-notes": () => {
    const form = new FormData();
    form.set("model", "gpt-4o-transcribe");
    form.set("file", new Blob([Buffer.alloc(8000)], { type: "audio/wav" }), "note.wav");
    return openai.json("/audio/transcriptions", form);
  },
});

const mistralFeatures = (mistral: Api): Serves => ({
  "ticket-replies": ({ number }) =>
    mistral.json("/v1/chat/completions", {
      model: "mistral-large-2411",
      messages: [{ role: "user", content: `Reply to ticket ${number}.` }],
      max_tokens: lengthOf(number, 100, 400),
    }),
  moderation: ({ number }) =>
    mistral.json("/v1/moderations", { model: "mistral-moderation-latest", input: [`Ticket ${number}`] }),
  async *"code-completion"({ number, signal }) {
    const request = { model: "codestral-latest", prompt: `function task${number}(`, suffix: "}", max_tokens: 16 };
    for await (const { choices } of mistral.events<Chunk>("/v1/fim/completions", request, signal))
      yield choices[0]?.delta.content ?? "";
  },
  "nightly-embeddings": ({ number }) =>
    mistral.json("/v1/embeddings", {
      model: "mistral-embed",
      input: Array.from({ length: 32 }, (_, index) => `document ${number} paragraph ${index}`),
    }),
});

const TESTS_TOOL = {
  type: "function",
  function: {
    name: "run_tests",
    description: "Runs the tests and says which fail.",
    parameters: { type: "object", properties: { path: { type: "string" } } },
  },
};
