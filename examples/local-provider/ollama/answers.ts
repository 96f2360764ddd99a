import { json, jsonLines, Refusal, type Answer, type Routes } from "../exchange.ts";
import { answerOf, countTokens, countTokensIn, exampleOf, tokensOf, vectorOf } from "../language.ts";

interface AnswerRequest {
  readonly model?: string;
  readonly prompt?: string;
  readonly messages?: readonly { readonly role: string; readonly content?: string }[];
  readonly tools?: readonly { readonly function: { readonly name: string; readonly parameters?: object } }[];
  readonly stream?: boolean;
  readonly options?: { readonly num_predict?: number };
}

const CREATED_AT = "2026-01-01T00:00:00.000000000Z";

/** Nanoseconds. */
const DURATIONS = {
  total_duration: 300_000,
  load_duration: 100_000,
  prompt_eval_duration: 50_000,
  eval_duration: 150_000,
};

/** Chat, completion and embeddings. Streamed unless `stream` is false; `options.num_predict` tokens, 12 by default. */
export const answerRoutes: Routes = {
  "POST /chat": ({ body }) => {
    const request = body as AnswerRequest;
    if (request.messages === undefined || request.messages.length === 0) return loaded(request, { message: EMPTY });
    const prompt = countTokensIn(request.messages.map(({ content }) => content));
    const tool = request.messages.at(-1)?.role === "tool" ? undefined : request.tools?.[0];
    if (tool) {
      const { name, parameters } = tool.function;
      const call = { function: { name, arguments: exampleOf(parameters) } };
      const text = JSON.stringify(call.function.arguments);
      return answered(request, prompt, [text], () => ({ message: { ...EMPTY, tool_calls: [call] } }));
    }
    return answered(request, prompt, tokensOf(textFor(request)), (content) => ({
      message: { role: "assistant", content },
    }));
  },
  "POST /generate": ({ body }) => {
    const request = body as AnswerRequest;
    if (!request.prompt) return loaded(request, { response: "" });
    return answered(request, countTokens(request.prompt), tokensOf(textFor(request)), (response) => ({ response }));
  },
  "POST /embed": ({ body }) => {
    const { model, input } = body as { model: string; input: string | readonly string[] };
    const inputs = Array.isArray(input) ? input : [input];
    const embeddings = inputs.map((_, index) => vectorOf(8, index));
    return json({
      model,
      embeddings,
      total_duration: 1000,
      load_duration: 500,
      prompt_eval_count: countTokensIn(inputs),
    });
  },
  "POST /embeddings": () => json({ embedding: vectorOf(8, 0) }),
  "POST /show": () => json({ license: "", details: {}, model_info: {}, capabilities: ["completion"] }),
  "GET /tags": () => json({ models: [] }),
};

const EMPTY = { role: "assistant", content: "" };

const textFor = ({ options }: AnswerRequest): string => answerOf(options?.num_predict);

/** An empty prompt loads the model and runs nothing. */
function loaded({ model, stream }: AnswerRequest, content: object): Answer {
  const answer = { model, created_at: CREATED_AT, ...content, done: true, done_reason: "load" };
  return stream === false ? json(answer) : jsonLines([answer]);
}

function answered(
  { model, stream }: AnswerRequest,
  promptTokens: number,
  pieces: readonly string[],
  content: (text: string) => object,
): Answer {
  if (!model) throw new Refusal(400, "model is required");
  const line = (text: string) => ({ model, created_at: CREATED_AT, ...content(text), done: false });
  const counts = { prompt_eval_count: promptTokens, eval_count: countTokens(pieces.join("")) };
  const end = { done: true, done_reason: "stop", ...DURATIONS, ...counts };
  if (stream === false) return json({ ...line(pieces.join("")), ...end });
  const last = { model, created_at: CREATED_AT, ...("message" in content("") ? { message: EMPTY } : { response: "" }) };
  return jsonLines([...pieces.map(line), { ...last, ...end }]);
}
