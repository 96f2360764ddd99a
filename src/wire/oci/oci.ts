import { create, type ApiFamily } from "../family.ts";
import { oracleHosts } from "../oracle-hosts.ts";
import { silent } from "../silent.ts";
import { ociAnswers } from "./oci-answers.ts";
import { ociBody } from "./oci-body.ts";

/** Oracle's generative AI in its own form, beside which its hosts speak OpenAI's. */
export const oci: ApiFamily = {
  name: "oci",
  errorBody: (status, message) => ({ code: String(status), message }),
  hosts: oracleHosts(/\/actions\//),
  routes: [
    create("/actions/chat", "chat", ociAnswers, { ownHostsOnly: true }),
    create("/actions/generateText", "completions", ociAnswers),
    create("/actions/summarizeText", "completions", ociAnswers),
    create("/actions/embedText", "embeddings", ociAnswers),
    create("/actions/rerankText", "rerank", ociAnswers),
    create("/actions/applyGuardrails", "moderations", silent),
  ],
  noInference: [],
  request: ociBody,
};
