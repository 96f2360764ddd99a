import { json, Refusal, type Routes } from "../exchange.ts";
import { NOW_SECONDS } from "../language.ts";

/** What every finished run states. */
const RUN_USAGE = { prompt_tokens: 30, completion_tokens: 10, total_tokens: 40 };

/** Assistants: a run is queued when it is created and completed, with its usage, when it is asked about. */
export function assistantRoutes(): Routes {
  const runs = new Map<string, Run>();
  const start = (number: number, threadId: string, body: unknown): Run => {
    const { assistant_id: assistantId, model } = body as { assistant_id: string; model?: string };
    const run: Run = {
      id: `run_${number}`,
      object: "thread.run",
      created_at: NOW_SECONDS,
      thread_id: threadId,
      assistant_id: assistantId,
      model: model ?? "gpt-4o-mini",
      status: "queued",
      usage: null,
    };
    runs.set(run.id, run);
    return run;
  };
  const answer = (run: Run, body: unknown) => {
    if ((body as { stream?: boolean }).stream !== true) return json(run);
    const data = (type: string, value: object) => ({ event: type, data: value });
    return {
      kind: "events" as const,
      events: [
        data("thread.run.created", run),
        data("thread.message.delta", {
          id: "msg_1",
          object: "thread.message.delta",
          delta: { content: [{ index: 0, type: "text", text: { value: "Done" } }] },
        }),
        data("thread.run.completed", completed(run)),
      ],
      endsWithDone: true,
    };
  };
  return {
    "POST /threads": ({ number }) =>
      json({ id: `thread_${number}`, object: "thread", created_at: NOW_SECONDS, metadata: {} }),
    "POST /threads/runs": ({ number, body }) => answer(start(number, `thread_${number}`, body), body),
    "POST /threads/:thread/runs": ({ number, body, parameters }) =>
      answer(start(number, parameters["thread"]!, body), body),
    "GET /threads/:thread/runs/:id": ({ parameters }) => {
      const run = runs.get(parameters["id"]!);
      if (!run) throw new Refusal(404, `No run found with id ${parameters["id"]!}`);
      return json(completed(run));
    },
  };
}

interface Run {
  readonly id: string;
  readonly object: "thread.run";
  readonly created_at: number;
  readonly thread_id: string;
  readonly assistant_id: string;
  readonly model: string;
  readonly status: "queued" | "completed";
  readonly usage: typeof RUN_USAGE | null;
}

const completed = (run: Run): Run => ({ ...run, status: "completed", usage: RUN_USAGE });
