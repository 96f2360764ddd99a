import type { Target } from "../../requests/binding.ts";
import type { Fetch } from "../../transport/observed-fetch.ts";
import { requestedLimits, rewriteRequest, type RequestedLimits } from "../../wire/requested-limits.ts";
import { requestIn } from "./given-request.ts";

/** A call as it is sent in place of what the application asked for. */
export interface RewrittenCall {
  readonly input: Parameters<Fetch>[0];
  readonly init: RequestInit;
  readonly target: Target;
  /** What is asked for by now: a family may leave alone what it cannot replace, such as a model of its path. */
  readonly asked: Partial<RequestedLimits>;
}

/** Makes a call whose body is text ask for another model, or a shorter answer. */
export function rewrittenCall(
  input: Parameters<Fetch>[0],
  init: RequestInit & { readonly body: string },
  target: Target,
  instead: Partial<RequestedLimits>,
): RewrittenCall {
  const { endpoint, family } = target;
  const headers = new Headers(init.headers);
  headers.delete("content-length");
  const body = rewriteRequest(family.request, init.body, endpoint.operation, instead);
  const { model, maximumOutputTokens } = requestedLimits(family.request, body, endpoint.operation);
  return {
    ...readdressed(input, target, instead.model),
    init: { ...init, headers, body },
    asked: { model, maximumOutputTokens },
  };
}

/** Where the path decides which model runs. */
function readdressed(
  input: Parameters<Fetch>[0],
  target: Target,
  model: string | undefined,
): Pick<RewrittenCall, "input" | "target"> {
  const { pathWithModel } = target.family;
  if (model === undefined || !pathWithModel || target.modelOfPath === undefined || requestIn(input))
    return { input, target };
  const url = new URL(input);
  url.pathname = pathWithModel(url.pathname, model);
  return { input: url.href, target: { ...target, modelOfPath: model } };
}
