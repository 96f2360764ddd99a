import { json, type Handler, type Routes } from "../exchange.ts";
import { countTokensIn, vectorOf } from "../language.ts";

interface EmbedRequest {
  readonly texts?: readonly string[];
  readonly inputs?: readonly { readonly content: unknown }[];
}

interface RerankRequest {
  readonly query: string;
  readonly documents: readonly unknown[];
  readonly top_n?: number;
}

/** Embeddings, whose usage is billed units, and rerank, which has no tokens at all. */
const embed =
  (version: string): Handler =>
  ({ body, number }) => {
    const { texts, inputs } = body as EmbedRequest;
    const count = texts?.length ?? inputs?.length ?? 0;
    return json({
      id: `embed-${number}`,
      embeddings: { float: Array.from({ length: count }, (_, index) => vectorOf(8, index)) },
      texts: texts ?? [],
      meta: {
        api_version: { version },
        billed_units: { input_tokens: countTokensIn(texts ?? inputs?.map(({ content }) => content)) },
      },
      response_type: "embeddings_by_type",
    });
  };

const rerank =
  (version: string): Handler =>
  ({ body, number }) => {
    const { documents, top_n: top = documents.length } = body as RerankRequest;
    return json({
      id: `rerank-${number}`,
      results: documents.slice(0, top).map((_, index) => ({ index, relevance_score: 1 / (index + 1) })),
      meta: { api_version: { version }, billed_units: { search_units: 1 } },
    });
  };

export const embeddingRoutes: Routes = {
  "POST /v1/embed": embed("1"),
  "POST /v2/embed": embed("2"),
  "POST /v1/rerank": rerank("1"),
  "POST /v2/rerank": rerank("2"),
  "POST /v1/tokenize": ({ body }) => {
    const { text } = body as { text: string };
    return json({ tokens: Array.from({ length: countTokensIn(text) }, (_, index) => index), token_strings: [] });
  },
};
