import { json, Refusal, type Exchange, type Routes } from "../exchange.ts";
import { answerOf, countTokens, tokensOf } from "../language.ts";

interface PredictionRequest {
  readonly version?: string;
  readonly input?: { readonly prompt?: string; readonly max_new_tokens?: number; readonly fails?: boolean };
}

interface Prediction {
  readonly id: string;
  readonly model: string;
  readonly input: NonNullable<PredictionRequest["input"]>;
  readonly host: string;
  polls: number;
  isCanceled: boolean;
}

/** After so many polls a prediction has ended. */
const POLLS = 2;

/**
 * Predictions end while a request waits for them (`Prefer: wait`), or after some polls; an input with `fails: true` fails.
 * An answer has `max_new_tokens` tokens, 12 by default.
 */
export function predictionRoutes(): Routes {
  const predictions = new Map<string, Prediction>();
  const begin = (exchange: Exchange, model: string) => {
    const { input = {} } = exchange.body as PredictionRequest;
    const id = `prediction-${exchange.number}`;
    const host = exchange.headers.host ?? "";
    const prediction: Prediction = { id, model, input, host, polls: 0, isCanceled: false };
    predictions.set(id, prediction);
    const waits = /^wait\b/.test(String(exchange.headers["prefer"] ?? ""));
    return json(waits ? ended(prediction) : stated(prediction, "starting"), 201);
  };
  const known = ({ parameters }: Exchange): Prediction => {
    const prediction = predictions.get(parameters["id"]!);
    if (!prediction) throw new Refusal(404, "The requested resource could not be found");
    return prediction;
  };
  return {
    "POST /models/:owner/:name/predictions": (exchange) =>
      begin(exchange, `${exchange.parameters["owner"]}/${exchange.parameters["name"]}`),
    "POST /predictions": (exchange) => begin(exchange, "meta/meta-llama-3-8b-instruct"),
    "GET /predictions/:id": (exchange) => {
      const prediction = known(exchange);
      prediction.polls += 1;
      return json(prediction.polls < POLLS ? stated(prediction, "processing") : ended(prediction));
    },
    "POST /predictions/:id/cancel": (exchange) => {
      const prediction = known(exchange);
      prediction.isCanceled = true;
      return json(ended(prediction));
    },
    "GET /stream/:id": (exchange) => ({
      kind: "events",
      events: [
        ...tokensOf(textOf(known(exchange))).map((data) => ({ event: "output", data })),
        { event: "done", data: {} },
      ],
      endsWithDone: false,
    }),
  };
}

const textOf = ({ input }: Prediction): string => answerOf(input.max_new_tokens);

function stated({ id, model, input, host }: Prediction, status: string) {
  const urls = {
    get: `http://${host}/replicate/v1/predictions/${id}`,
    stream: `http://${host}/replicate/v1/stream/${id}`,
  };
  return { id, model, version: "hidden", input, status, output: null, error: null, logs: "", metrics: {}, urls };
}

function ended(prediction: Prediction) {
  if (prediction.isCanceled) return stated(prediction, "canceled");
  if (prediction.input.fails) return { ...stated(prediction, "failed"), error: "Prediction failed" };
  const text = textOf(prediction);
  const metrics = {
    predict_time: 0.1,
    input_token_count: countTokens(prediction.input.prompt ?? ""),
    output_token_count: countTokens(text),
  };
  return { ...stated(prediction, "succeeded"), output: tokensOf(text), metrics };
}
