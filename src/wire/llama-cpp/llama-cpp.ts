import { create, type ApiFamily } from "../family.ts";
import { embeddings } from "../openai/embeddings.ts";
import { rerank } from "../openai/rerank.ts";
import { llamaCppBody } from "./llama-cpp-body.ts";
import { nativeCompletion } from "./native-completion.ts";

const GENERIC = { isGeneric: true };

/** What llama.cpp's server has besides the APIs of others. It runs on one's own hosts. */
export const llamaCpp: ApiFamily = {
  name: "llama_cpp",
  hosts: [],
  providers: ["llama_cpp"],
  routes: [
    create("/completion", "completions", nativeCompletion, GENERIC),
    create("/infill", "fim", nativeCompletion, GENERIC),
    create("/embedding", "embeddings", embeddings, GENERIC),
    create("/reranking", "rerank", rerank, GENERIC),
  ],
  noInference: [/\/(?:tokenize|detokenize|apply-template|props|slots(?:\/[^/]+)?|lora-adapters)\/?$/],
  request: llamaCppBody,
};
