import { listAt, listOf, stringAt } from "../../wire/json.ts";
import { NOTHING, type Reading } from "../../wire/reading.ts";
import { CHARACTERS_PER_TOKEN, tokensOfDeltas } from "../../wire/token-estimate.ts";

/** What was seen of a stream that states its usage only at its end, for one that does not come to it. */
export class SeenDeltas {
  #deltas = 0;
  #characters = 0;

  add(characters: number): void {
    this.#deltas++;
    this.#characters += characters;
  }

  /** @param prompt as the AI SDK gives it to a model: messages of text, or of parts */
  reading(prompt: unknown, respondedModel: string | undefined): Reading {
    const usage = {
      inputTokens: Math.ceil(charactersOf(prompt) / CHARACTERS_PER_TOKEN),
      outputTokens: tokensOfDeltas(this.#deltas, this.#characters),
    };
    return { ...NOTHING, usage, usageSource: "estimated", respondedModel, begun: true };
  }
}

function charactersOf(prompt: unknown): number {
  let characters = 0;
  for (const message of listOf(prompt)) {
    characters += stringAt(message, "content")?.length ?? 0;
    for (const part of listAt(message, "content")) characters += stringAt(part, "text")?.length ?? 0;
  }
  return characters;
}
