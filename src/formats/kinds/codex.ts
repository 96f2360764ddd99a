import { disjointUsage, firstText, moment, nested, reported, text, whole } from "../fields.ts";
import { PAST_REQUEST, type Fields, type Finding, type Notation, type RecordKind } from "../past-request.ts";
import { providerNamed } from "../provider-names.ts";

const COUNTS = ["input_tokens", "cached_input_tokens", "output_tokens", "reasoning_output_tokens"] as const;
const OTHER: Finding = { passedOver: "lines of a session that call no model" };

/**
 * Codex' session logs. The model stands in an earlier line; the same count is written several times, and a forked
 * session or a subagent begins with its parent's history. What tells requests apart is the running total of the
 * session that all began with.
 */
export const codex: RecordKind = {
  name: "codex",
  matches: (fields) =>
    "payload" in fields &&
    /^(?:session_meta|turn_context|event_msg|response_item|compacted|token_usage_record)$/.test(
      text(fields, "type") ?? "",
    ),
  read: (fields, notation) => new CodexSession().read(fields, notation),
  begin: () => new CodexSession(),
};

/** One file of a session, read line by line. */
class CodexSession {
  #root = "";
  #model: string | undefined;
  #provider = "openai";
  #lastTotal = "";

  read(fields: Fields, notation: Notation): Finding[] {
    const payload = nested(fields, "payload");
    switch (text(fields, "type")) {
      case "session_meta":
        this.#begin(payload);
        return [OTHER];
      case "turn_context":
        this.#model = text(payload, "model") ?? this.#model;
        return [OTHER];
      default:
        return payload["type"] === "token_count" ? [this.#count(fields, payload, notation)] : [OTHER];
    }
  }

  /** The parent's own beginning follows the child's. */
  #begin(payload: Fields): void {
    const spawned = nested(nested(nested(payload, "source"), "subagent"), "thread_spawn");
    this.#root =
      firstText(payload, "forked_from_id") ?? text(spawned, "parent_thread_id") ?? text(payload, "id") ?? this.#root;
    const provider = text(payload, "model_provider");
    if (provider !== undefined) this.#provider = providerNamed(provider);
  }

  #count(fields: Fields, payload: Fields, notation: Notation): Finding {
    const info = nested(payload, "info");
    const [last, total] = [nested(info, "last_token_usage"), nested(info, "total_token_usage")];
    const counted = (usage: Fields): string => COUNTS.map((name) => whole(usage, name, notation) ?? 0).join("/");
    const running = counted(total);
    if (Object.keys(last).length === 0 || running === this.#lastTotal) return OTHER;
    this.#lastTotal = running;
    const [input, cacheRead, output, reasoning] = COUNTS.map((name) => whole(last, name, notation));
    return {
      ...PAST_REQUEST,
      id: `codex:${this.#root}:${running}`,
      provider: this.#provider,
      operation: "responses",
      requestedModel: this.#model,
      startedAtMilliseconds: moment(fields, "timestamp", notation),
      ...reported(disjointUsage({ input, cacheRead, output, reasoning })),
      labelSources: [fields, payload],
    };
  }
}
