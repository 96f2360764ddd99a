import type { IncomingMessage } from "node:http";

import type { AwsSigner } from "./aws-signer.ts";
import { hasBody, type Relayed } from "./relay.ts";
import type { Refusal } from "./refusal.ts";
import { readBeginning } from "./request-beginning.ts";

/** A signature is of the whole body, which is held for it: more than Bedrock takes (25 MB). */
const MOST_BYTES = 32 * 1024 * 1024;

/** A request that could not be signed, and what its client is told. */
export class Unsigned extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal, cause?: unknown) {
    super(refusal.message, { cause });
    this.refusal = refusal;
  }
}

/**
 * An exchange as it goes up under the gateway's own signature.
 *
 * @throws Unsigned; SlowBody; Error when the client leaves in the middle. Its observer has been told then.
 */
export async function signedExchange(request: IncomingMessage, relayed: Relayed, signer: AwsSigner): Promise<Relayed> {
  try {
    const body = relayed.body ?? (await wholeBody(request, relayed));
    return { ...relayed, body, signature: await signatureOf(request, relayed, body, signer) };
  } catch (error) {
    if (request.destroyed && !request.complete) relayed.observer?.left();
    else relayed.observer?.unanswered(error);
    throw error;
  }
}

async function wholeBody(request: IncomingMessage, { upstream }: Relayed): Promise<Buffer | undefined> {
  if (!hasBody(request)) return undefined;
  const { bytes, whole } = await readBeginning(request, upstream.bodyTimeout, MOST_BYTES);
  if (whole) return bytes;
  throw new Unsigned({
    status: 413,
    message: "llm-footprint: a request that the gateway signs may have 32 MiB at most",
  });
}

async function signatureOf(
  { method = "GET", headers }: IncomingMessage,
  { upstream, path }: Relayed,
  body: Buffer | undefined,
  signer: AwsSigner,
): Promise<string[]> {
  try {
    return await signer.signature({ method, path, contentType: headers["content-type"], body });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n", 1)[0]! : String(error);
    const message = `llm-footprint: the request to ${upstream.name} could not be signed: ${reason}`;
    throw new Unsigned({ status: 502, message }, error);
  }
}
