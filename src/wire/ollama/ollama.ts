import { create, type ApiFamily } from "../family.ts";
import { answers, embeddings } from "./answers.ts";
import { ollamaBody } from "./ollama-body.ts";

/** Ollama's own API, which other local servers offer, too. */
export const ollama: ApiFamily = {
  name: "ollama",
  errorBody: (_status, message) => ({ error: message }),
  hosts: [{ host: "ollama.com", provider: "ollama", path: /^\/api\// }],
  providers: ["ollama"],
  routes: [
    create("/api/chat", "chat", answers),
    create("/api/generate", "completions", answers),
    create("/api/embed", "embeddings", embeddings),
    create("/api/embeddings", "embeddings", embeddings),
  ],
  noInference: [
    /\/api\/(?:create|copy|delete|pull|push|show|tags|ps|version|me|signout|web_search|web_fetch)\/?$/,
    /\/api\/blobs\//,
  ],
  request: ollamaBody,
};
