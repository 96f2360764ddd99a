import { json, Refusal, type Routes } from "../exchange.ts";
import { answerOf, countTokens, countTokensIn, tokensOf } from "../language.ts";

interface InteractionRequest {
  readonly model?: string;
  readonly input?: unknown;
  readonly stream?: boolean;
  readonly background?: boolean;
  readonly generation_config?: { readonly max_output_tokens?: number };
}

/** Interactions: whole, streamed, or in the background, completed at the second GET. */
export function interactionRoutes(): Routes {
  const stored = new Map<string, { readonly interaction: object; polls: number }>();
  return {
    "POST /interactions": ({ body, number }) => {
      const request = body as InteractionRequest;
      const interaction = completed(request, number);
      stored.set(interaction.id, { interaction, polls: 0 });
      if (request.stream) return { kind: "events", events: eventsOf(interaction), endsWithDone: true };
      return json(request.background ? underWay(interaction) : interaction);
    },
    "GET /interactions/:id": ({ parameters }) => {
      const found = stored.get(parameters["id"]!);
      if (!found) throw new Refusal(404, `Interaction ${parameters["id"]} was not found.`);
      found.polls += 1;
      return json(found.polls > 1 ? found.interaction : underWay(found.interaction));
    },
  };
}

const underWay = (interaction: object) => ({ ...interaction, status: "in_progress", steps: [], usage: undefined });

function completed({ model, input, generation_config: configuration }: InteractionRequest, number: number) {
  const text = answerOf(configuration?.max_output_tokens);
  const inputTokens = countTokensIn(input);
  const output = countTokens(text);
  return {
    id: `interaction-${number}`,
    object: "interaction",
    model,
    status: "completed",
    steps: [{ type: "model_output", content: [{ type: "text", text }] }],
    usage: {
      total_input_tokens: inputTokens,
      total_cached_tokens: 0,
      total_output_tokens: output,
      total_thought_tokens: 5,
      total_tool_use_tokens: 0,
      total_tokens: inputTokens + output + 5,
    },
  };
}

function eventsOf(interaction: ReturnType<typeof completed>) {
  const text = interaction.steps[0]!.content[0]!.text;
  const events = [
    { event_type: "interaction.created", interaction: { ...underWay(interaction) } },
    { event_type: "step.start", index: 0, step: { type: "model_output" } },
    ...tokensOf(text).map((token) => ({ event_type: "step.delta", index: 0, delta: { type: "text", text: token } })),
    { event_type: "step.stop", index: 0 },
    { event_type: "interaction.completed", interaction: { ...interaction, steps: undefined } },
  ];
  return events.map((data) => ({ event: data.event_type, data }));
}
