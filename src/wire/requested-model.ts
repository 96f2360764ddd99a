import { firstString, isObject, parsed, stringAt } from "./json.ts";

/** Request bodies up to this length are parsed for the model's name; longer ones are searched. */
const PARSED_LENGTH = 64 * 1024;

/** The model that a request asks for; undefined when its body cannot be looked into without reading it. */
export function requestedModel(body: unknown): string | undefined {
  if (typeof body === "string") {
    return body.length <= PARSED_LENGTH ? stringAt(parsed(body), "model") : firstString(body, "model");
  }
  const model = body instanceof FormData ? body.get("model") : isObject(body) ? body["model"] : undefined;
  return typeof model === "string" ? model : undefined;
}
