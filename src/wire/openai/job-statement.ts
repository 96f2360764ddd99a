import { usageStatement, type Dialect, type Statement } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { objectAt, stringAt, type JsonObject } from "../json.ts";
import type { Asked } from "../reading.ts";

/** What has a state of its own at the provider. */
const STATEFUL = new Set<unknown>(["response", "thread.run", "batch"]);

/**
 * What a response, run or batch says, or the event that holds one under `response`. It goes on at the provider whether
 * or not anybody reads on, but for a response that was not asked for in the background. Some servers repeat neither
 * `background` nor `object`, or have an `object` of their own: then the request is believed.
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
  return {
    model: stringAt(holder, "model") || undefined,
    ...usageStatement(objectAt(holder, "usage"), meaning),
    status: stateful ? stringAt(holder, "status") : undefined,
    jobId: goesOn ? stringAt(holder, "id") : undefined,
    isError: saysError(object),
  };
}
