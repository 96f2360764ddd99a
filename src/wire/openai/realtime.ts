import type { Usage } from "../../model/usage.ts";
import { countAt, statedUsage, without } from "../count.ts";
import { dialect, usageStatement, type Dialect, type Endpoint } from "../dialect.ts";
import { objectAt, stringAt, type JsonObject } from "../json.ts";
import type { SocketReader } from "../turn.ts";
import { audio } from "./audio.ts";
import { responses } from "./responses.ts";

/**
 * OpenAI's sockets. Of the realtime API, each response is a request, and so is each transcription of what was said that
 * states a usage: another model makes it. Of Responses over a socket, each response.
 *
 * The session names the models, which the responses do not repeat.
 */
export function openaiSocket(): SocketReader {
  let model: string | undefined;
  let transcriptionModel: string | undefined;
  const realtime = endpointOf("realtime", {
    ...REALTIME,
    says: (event) => ({ model, ...REALTIME.says(event) }),
  });
  const transcriptions = endpointOf("transcriptions", {
    ...audio,
    says: (event, asked) => ({ ...audio.says(event, asked), model: transcriptionModel }),
  });
  return (event) => {
    const type = stringAt(event, "type") ?? "";
    const response = objectAt(event, "response");
    switch (type) {
      case "session.created":
      case "session.updated": {
        const session = objectAt(event, "session");
        model = stringAt(session, "model") ?? model;
        transcriptionModel = stringAt(transcriptionOf(session), "model") ?? transcriptionModel;
        return undefined;
      }
      case "response.created": {
        const endpoint = response?.["object"] === "response" ? RESPONSES : realtime;
        return { endpoint, id: stringAt(response, "id"), isOver: false };
      }
      case "response.done":
        return { endpoint: realtime, id: stringAt(response, "id"), isOver: true };
      case "response.completed":
      case "response.failed":
      case "response.incomplete":
        return { endpoint: RESPONSES, id: stringAt(response, "id"), isOver: true };
      case "conversation.item.input_audio_transcription.completed":
        return objectAt(event, "usage") && { endpoint: transcriptions, id: undefined, isOver: true };
      default:
        return undefined;
    }
  };
}

const endpointOf = (operation: string, said: Dialect): Endpoint => ({ operation, dialect: said, role: "create" });

const RESPONSES = endpointOf("responses", responses);

/** The beta had it at the top of a session. */
const transcriptionOf = (session: JsonObject | undefined): JsonObject | undefined =>
  objectAt(objectAt(objectAt(session, "audio"), "input"), "transcription") ??
  objectAt(session, "input_audio_transcription");

/** Reads `response.done`. */
const REALTIME = dialect({
  usage: realtimeUsage,
  says(event) {
    const response = objectAt(event, "response");
    const model = stringAt(response, "model");
    return {
      ...(model !== undefined && { model }),
      ...usageStatement(objectAt(response, "usage"), { usage: realtimeUsage }),
      status: stringAt(response, "status"),
    };
  },
});

/** Text and audio tokens are in one count. Cached tokens are inside the input, as in Responses; the details' key is in the singular. */
function realtimeUsage(raw: JsonObject): Usage | undefined {
  const input = countAt(raw, "input_tokens");
  const output = countAt(raw, "output_tokens");
  if (input === undefined && output === undefined) return undefined;
  const cacheRead = countAt(objectAt(raw, "input_token_details"), "cached_tokens");
  return statedUsage({ inputTokens: without(input, cacheRead), cacheReadTokens: cacheRead, outputTokens: output });
}
