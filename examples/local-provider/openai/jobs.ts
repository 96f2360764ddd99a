import { json, Refusal, type Handler, type Routes } from "../exchange.ts";
import { NOW_SECONDS } from "../language.ts";

/** Work that is asked for now and done later: videos and batches. A job is finished when it is asked about. */
export function jobRoutes(): Routes {
  const jobs = new Map<string, object>();
  const start =
    (prefix: string, job: (body: Record<string, unknown>) => object, finished: object): Handler =>
    (exchange) => {
      const id = `${prefix}_${exchange.number}`;
      const created = { id, created_at: NOW_SECONDS, ...job(exchange.body as Record<string, unknown>) };
      jobs.set(id, { ...created, ...finished });
      return json(created);
    };
  const retrieve: Handler = ({ parameters, path }) => {
    const job = jobs.get(parameters["id"]!);
    if (!job) throw new Refusal(404, `Nothing is known of ${path}`);
    return json(job);
  };
  const video = ({ model, prompt, seconds, size }: Record<string, unknown>) => ({
    object: "video",
    model: model ?? "sora-2",
    prompt,
    seconds: seconds ?? "4",
    size: size ?? "720x1280",
    status: "queued",
    progress: 0,
    completed_at: null,
    expires_at: null,
    remixed_from_video_id: null,
    error: null,
  });
  const batch = ({ endpoint, input_file_id: inputFileId, completion_window: window }: Record<string, unknown>) => ({
    object: "batch",
    endpoint,
    input_file_id: inputFileId,
    completion_window: window,
    status: "validating",
  });
  return {
    "POST /videos": start("video", video, { status: "completed", progress: 100, completed_at: NOW_SECONDS }),
    "GET /videos/:id": retrieve,
    "POST /batches": start("batch", batch, { status: "completed", usage: BATCH_USAGE }),
    "GET /batches/:id": retrieve,
  };
}

/** What every finished batch states that its lines consumed together. */
const BATCH_USAGE = {
  input_tokens: 200,
  input_tokens_details: { cached_tokens: 50 },
  output_tokens: 100,
  output_tokens_details: { reasoning_tokens: 20 },
  total_tokens: 300,
};
