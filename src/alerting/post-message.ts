import { randomUUID } from "node:crypto";

/** How a message is posted. */
export interface PostOptions {
  readonly url: string;
  /** Text, or `whsec_` and base64. */
  readonly secret: string | undefined;
  readonly fetch: typeof fetch;
  readonly retrySeconds: number;
}

const ATTEMPT_MILLISECONDS = 10_000;
const LONGEST_PAUSE_MILLISECONDS = 60_000;

/** What became of a message: taken, refused by the receiver, or without an answer that would settle it. */
export type PostOutcome = "taken" | "rejected" | "unanswered";

/** Posts a message until it is taken or rejected, at most `attempts` times, under one id. */
export async function postMessage(
  body: string,
  attempts: number,
  { url, secret, fetch: send, retrySeconds }: PostOptions,
): Promise<PostOutcome> {
  // Loaded with the first message: an application without a webhook has no use for them.
  const { default: retry, AbortError } = await import("p-retry");
  const id = `msg_${randomUUID()}`;

  let outcome: PostOutcome = "unanswered";

  async function attempt(): Promise<void> {
    const at = new Date();
    const response = await send(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
        ...(secret !== undefined && { "webhook-signature": await signature(secret, id, at, body) }),
      },
      body,
      redirect: "error",
      signal: AbortSignal.timeout(ATTEMPT_MILLISECONDS),
    }).catch((error: unknown) => {
      // Whatever kept the answer from coming may pass; a library would not try again after every error of fetch.
      throw new Error("no answer", { cause: error });
    });
    await response.body?.cancel();
    if (response.ok) {
      outcome = "taken";
      return;
    }
    const problem = `the receiver answered ${response.status}`;
    if (response.status >= 500 || response.status === 408 || response.status === 429) throw new Error(problem);
    outcome = "rejected";
    throw new AbortError(problem);
  }

  await retry(attempt, {
    retries: attempts - 1,
    minTimeout: retrySeconds * 1000,
    maxTimeout: LONGEST_PAUSE_MILLISECONDS,
    randomize: true,
    unref: true,
  }).catch(() => undefined);
  return outcome;
}

async function signature(secret: string, id: string, at: Date, body: string): Promise<string> {
  const { Webhook } = await import("standardwebhooks");
  return new Webhook(secret, secret.startsWith("whsec_") ? undefined : { format: "raw" }).sign(id, at, body);
}
