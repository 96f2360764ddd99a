import { isObject, objectOf, stringOf, type JsonObject } from "./json.ts";

/** A text without any of these keys holds no error that {@link saysError} would see. */
export const MAY_SAY_ERROR = /"(?:error|error_code|base_resp|success|detail)"/;

/** Whether an answer, or an event, is an error, though the status of the exchange may be 200. */
export const saysError = (object: JsonObject): boolean =>
  // vLLM's were errors themselves.
  object["object"] === "error" ||
  isObject(object["error"]) ||
  (stringOf(object["error"]) ?? "") !== "" ||
  // Cloudflare, and Z.ai, beside a `code` and a `msg`.
  object["success"] === false ||
  isErrorCode(object["error_code"]) ||
  // MiniMax.
  isErrorCode(objectOf(object["base_resp"])?.["status_code"]) ||
  isBareDetail(object);

/** Baidu's are numbers; 0 says that all went well. */
const isErrorCode = (code: unknown): boolean => typeof code === "number" && code !== 0;

/** FastAPI's, in which most servers of one's own are written: a text, or a list of what is wrong with the request. */
function isBareDetail(object: JsonObject): boolean {
  const { detail } = object;
  return (typeof detail === "string" || Array.isArray(detail)) && Object.keys(object).length === 1;
}
