import {
  json,
  jsonArray,
  Refusal,
  unendedEvents,
  type Answer,
  type Exchange,
  type Handler,
  type Routes,
} from "../exchange.ts";
import { answerOf, countTokens, countTokensIn, exampleOf, tokensOf, vectorOf } from "../language.ts";

/** What is read of a request; the names come in both casings, and the SDK's are these. */
interface GenerateContentRequest {
  readonly contents?: readonly Content[];
  readonly systemInstruction?: Content;
  readonly cachedContent?: string;
  readonly tools?: readonly { functionDeclarations?: readonly { name: string; parameters?: object }[] }[];
  readonly generationConfig?: {
    readonly maxOutputTokens?: number;
    readonly candidateCount?: number;
    readonly thinkingConfig?: { readonly thinkingBudget?: number };
  };
}

interface Content {
  readonly role?: string;
  readonly parts?: readonly Part[];
}

interface Part {
  readonly text?: string;
  readonly functionCall?: object;
  readonly functionResponse?: object;
}

/**
 * Content and embeddings. An answer has `maxOutputTokens` visible tokens, 12 by default; thoughts are
 * `thinkingConfig.thinkingBudget`; with `cachedContent` half of the prompt was read from the cache. Streamed as
 * server-sent events with `alt=sse`, else as one array.
 */
export const contentRoutes: Routes = {
  "POST /models/:call": (exchange) => handlerOf(exchange)(exchange),
  "POST /projects/:project/locations/:location/publishers/google/models/:call": (exchange) =>
    handlerOf(exchange)(exchange),
  "GET /models": () => json({ models: [{ name: "models/gemini-2.5-flash" }] }),
};

const HANDLERS: Readonly<Record<string, Handler>> = {
  generateContent: (exchange) => json(answerTo(exchange).at(-1)!.whole),
  streamGenerateContent: streamed,
  countTokens: ({ body }) => json({ totalTokens: promptTokensOf(body as GenerateContentRequest) }),
  embedContent: ({ body }) => {
    const tokens = countTokensIn((body as { content: Content }).content.parts);
    return json({ embedding: { values: vectorOf(8, 0) }, usageMetadata: { promptTokenCount: tokens } });
  },
  batchEmbedContents: ({ body }) => {
    const { requests } = body as { requests: readonly { content: Content }[] };
    return json({ embeddings: requests.map((_, index) => ({ values: vectorOf(8, index) })) });
  },
  predict: ({ body, parameters }) => json({ predictions: predictionsFor(parameters["call"]!, body) }),
};

function handlerOf({ parameters, path }: Exchange): Handler {
  const handler = HANDLERS[parameters["call"]!.split(":")[1] ?? ""];
  if (!handler) throw new Refusal(404, `Nothing is known of ${path}`);
  return handler;
}

function predictionsFor(call: string, body: unknown): unknown[] {
  const { instances, parameters } = body as {
    instances: readonly { content?: string }[];
    parameters?: { sampleCount?: number };
  };
  if (call.startsWith("imagen")) {
    const image = { mimeType: "image/png", bytesBase64Encoded: "AAAA" };
    return Array.from({ length: parameters?.sampleCount ?? 1 }, () => image);
  }
  return instances.map(({ content }, index) => ({
    embeddings: { values: vectorOf(8, index), statistics: { truncated: false, token_count: countTokensIn(content) } },
  }));
}

function streamed(exchange: Exchange): Answer {
  const chunks = answerTo(exchange).map(({ chunk }) => chunk);
  return exchange.query.get("alt") === "sse" ? unendedEvents(chunks) : jsonArray(chunks);
}

const promptTokensOf = ({ contents, systemInstruction }: GenerateContentRequest): number =>
  countTokensIn((contents ?? []).map(({ parts }) => parts)) + countTokensIn(systemInstruction?.parts);

/** The answer so far after each of its pieces, and each piece as a stream sends it. */
function answerTo({ body, number, parameters }: Exchange): { chunk: object; whole: object }[] {
  const request = body as GenerateContentRequest;
  const { maxOutputTokens, thinkingConfig } = request.generationConfig ?? {};
  const prompt = promptTokensOf(request);
  const thoughts = thinkingConfig?.thinkingBudget ?? 0;
  const pieces = piecesOf(request, maxOutputTokens);
  return pieces.map((piece, index) => {
    const isLast = index === pieces.length - 1;
    const said = pieces.slice(0, index + 1);
    const candidates = said.reduce(
      (sum, { text, functionCall }) => sum + countTokens(text ?? callText(functionCall)),
      0,
    );
    const common = {
      usageMetadata: {
        promptTokenCount: prompt,
        candidatesTokenCount: candidates,
        totalTokenCount: prompt + candidates + thoughts,
        promptTokensDetails: [{ modality: "TEXT", tokenCount: prompt }],
        ...(thoughts > 0 && { thoughtsTokenCount: thoughts }),
        ...(request.cachedContent !== undefined && { cachedContentTokenCount: Math.floor(prompt / 2) }),
      },
      modelVersion: parameters["call"]!.split(":")[0],
      responseId: `response-${number}`,
    };
    const candidate = (parts: readonly Part[]) => ({
      content: { parts, role: "model" },
      ...(isLast && { finishReason: "STOP" }),
      index: 0,
    });
    return {
      chunk: { candidates: [candidate([piece])], ...common },
      whole: { candidates: [candidate(joined(said))], ...common },
    };
  });
}

function piecesOf({ contents, tools }: GenerateContentRequest, limit: number | undefined): readonly Part[] {
  const tool = tools?.find(({ functionDeclarations }) => functionDeclarations)?.functionDeclarations?.[0];
  const answered = contents?.at(-1)?.parts?.some(({ functionResponse }) => functionResponse) === true;
  if (tool && !answered) return [{ functionCall: { name: tool.name, args: exampleOf(lowerCased(tool.parameters)) } }];
  return tokensOf(answerOf(limit)).map((text) => ({ text }));
}

/** Google's schemas name their types in capitals. */
const lowerCased = (schema: object | undefined): object | undefined =>
  schema &&
  (JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === "type" ? String(value).toLowerCase() : value,
  ) as object);

const callText = (call: object | undefined): string =>
  JSON.stringify((call as { args?: object } | undefined)?.args ?? {});

/** Neighbouring texts become one, as in a whole answer. */
const joined = (parts: readonly Part[]): readonly Part[] =>
  parts.every(({ text }) => text !== undefined) ? [{ text: parts.map(({ text }) => text).join("") }] : parts;
