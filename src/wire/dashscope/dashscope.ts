import { alibabaHosts } from "../alibaba-hosts.ts";
import { create, follow, type ApiFamily } from "../family.ts";
import { dashscopeBody } from "./dashscope-body.ts";
import { generation } from "./generation.ts";
import { tasks, transcriptionTasks } from "./tasks.ts";

/** DashScope's own API, which Alibaba's hosts speak beside those of OpenAI and Anthropic. */
export const dashscope: ApiFamily = {
  name: "dashscope",
  errorBody: (status, message) => ({ code: status === 429 ? "Throttling" : "InternalError", message }),
  answerIdKey: "request_id",
  hosts: alibabaHosts(/^\/api\/v1\//),
  routes: [
    create("/services/aigc/(?:text|multimodal|code)-generation/generation", "chat", generation),
    create("/services/aigc/image-generation/generation", "images", tasks),
    create("/services/aigc/{id}/image-synthesis", "images", tasks),
    create("/services/aigc/{id}/video-synthesis", "videos", tasks),
    create("/services/embeddings/{id}/{id}", "embeddings", generation),
    create("/services/rerank/{id}/{id}", "rerank", generation),
    create("/services/audio/asr/transcription", "transcriptions", transcriptionTasks),
    create("/api/v1/apps/{id}/completion", "agents", generation),
    follow("GET", "/api/v1/tasks/{id}", "tasks", tasks),
  ],
  noInference: [
    /\/api\/v1\/(?:tasks|tokenizer|uploads|files|fine-tunes|deployments|models|indices|datacenter)(?:\/|$)/,
    /\/api\/v1\/services\/audio\/(?:asr|tts)\/customization\/?$/,
  ],
  request: dashscopeBody,
};
