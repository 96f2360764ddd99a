import { create, follow, type ApiFamily } from "../family.ts";
import { falBody } from "./fal-body.ts";
import { requests } from "./fal-requests.ts";

/** After the prefix of Hugging Face's router: owner, application, and what of it is run. */
const MODEL = /^(?:\/fal-ai(?=\/fal-ai\/))?\/([^/]+\/[^/]+(?:\/[^/]+)*?)(?:\/requests(?:\/.*)?)?\/?$/;

/** fal: models behind a queue, or run at once. */
export const fal: ApiFamily = {
  name: "fal",
  errorBody: (_status, message) => ({ detail: message }),
  answerIdKey: "request_id",
  hosts: [
    { host: "fal.run", provider: "fal" },
    { host: "queue.fal.run", provider: "fal" },
    { host: "router.huggingface.co", provider: "hugging_face", path: /^\/(?<provider>fal-ai)\// },
  ],
  routes: [
    follow("GET", "/requests/{id}", "predictions", requests),
    create("^/(?!storage/|proxy/)[^/]+/[^/]+(?:/[^/]+)*", "predictions", requests, { ownHostsOnly: true }),
  ],
  noInference: [/^\/(?:storage|proxy)\//],
  request: falBody,
  modelOfPath: (path) => MODEL.exec(path)?.[1],
  pathWithModel: (path, model) => path.replace(MODEL.exec(path)?.[1] ?? path, model),
};
