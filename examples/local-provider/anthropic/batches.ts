import { json, Refusal, type Answer, type Exchange, type Routes } from "../exchange.ts";
import { messageFor, type MessageRequest } from "./messages.ts";

interface BatchRequest {
  readonly custom_id: string;
  readonly params: MessageRequest;
}

interface Batch {
  readonly id: string;
  readonly requests: readonly BatchRequest[];
}

/** Message batches, ended as soon as they are asked after. A request without a model is one that has errored. */
export function batchRoutes(): Routes {
  const batches = new Map<string, Batch>();
  const find = ({ parameters }: Exchange): Batch => {
    const batch = batches.get(parameters["id"]!);
    if (!batch) throw new Refusal(404, "No such batch");
    return batch;
  };
  return {
    "POST /messages/batches": ({ number, body, headers }) => {
      const batch = { id: `msgbatch_${number}`, requests: (body as { requests: BatchRequest[] }).requests };
      batches.set(batch.id, batch);
      return json(stateOf(batch, headers.host ?? "", false));
    },
    "GET /messages/batches/:id": (exchange) => json(stateOf(find(exchange), exchange.headers.host ?? "", true)),
    "GET /messages/batches/:id/results": (exchange) => resultsOf(find(exchange)),
  };
}

function stateOf({ id, requests }: Batch, host: string, ended: boolean) {
  const succeeded = requests.filter(({ params }) => params.model !== undefined).length;
  return {
    id,
    type: "message_batch",
    processing_status: ended ? "ended" : "in_progress",
    request_counts: {
      processing: ended ? 0 : requests.length,
      succeeded: ended ? succeeded : 0,
      errored: ended ? requests.length - succeeded : 0,
      canceled: 0,
      expired: 0,
    },
    created_at: "2026-01-01T00:00:00Z",
    expires_at: "2026-01-02T00:00:00Z",
    ended_at: ended ? "2026-01-01T00:01:00Z" : null,
    cancel_initiated_at: null,
    archived_at: null,
    results_url: ended ? `http://${host}/anthropic/v1/messages/batches/${id}/results` : null,
  };
}

function resultsOf({ requests }: Batch): Answer {
  const lines = requests.map(({ custom_id, params }, index) => {
    const error = { type: "invalid_request_error", message: "model: Field required" };
    const result = params.model
      ? { type: "succeeded", message: messageFor(params, index) }
      : { type: "errored", error: { type: "error", error } };
    return JSON.stringify({ custom_id, result });
  });
  return { kind: "bytes", contentType: "application/x-jsonl", bytes: Buffer.from(`${lines.join("\n")}\n`) };
}
