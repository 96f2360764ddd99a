import { usageStatement, type Dialect, type Statement } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { objectAt, stringAt, type JsonObject } from "../json.ts";
import type { Asked } from "../reading.ts";

/** What has a state of its own at the provider. */
const STATEFUL = new Set<unknown>(["response", "thread.run", "batch"]);

/**
 * What a response, run or batch says, or the event that holds one under `response`. It goes on at the provider whether
 * or not anybody reads on, but for a response that was not asked for in the background. Some servers repeat neither
 * `background` nor `object` nor a status, or have an `object` of their own: then the request is believed.
 */
export function jobStatement(
  object: JsonObject,
  meaning: Pick<Dialect, "usage">,
  { background = false }: Asked = {},
): Statement {
  const holder = objectAt(object, "response") ?? object;
  const kind = holder["object"];
  const isResponse = kind === "response" || (background && !STATEFUL.has(kind));
  const stateful = isResponse || STATEFUL.has(kind);
  const goesOn = stateful && (!isResponse || holder["background"] === true || background);
  const rawUsage = objectAt(holder, "usage");
  const isError = saysError(object);
  // An event of a stream has a type, and says nothing of the state but where it holds the response.
  const isBareReceipt = background && rawUsage === undefined && !isError && !("type" in object);
  return {
    model: stringAt(holder, "model") || undefined,
    ...usageStatement(rawUsage, meaning),
    status: stateful ? (stringAt(holder, "status") ?? (isBareReceipt ? "queued" : undefined)) : undefined,
    jobId: goesOn ? stringAt(holder, "id") : undefined,
    isError,
  };
}
