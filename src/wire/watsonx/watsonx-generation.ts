import { dialect, type Statement } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { isObject, listAt, stringAt, type JsonObject } from "../json.ts";
import { textLength } from "../text-length.ts";
import { countsOf, watsonxUsage } from "./watsonx-usage.ts";

/**
 * watsonx's text generation. Each result states its counts; in a stream the input stands in the first events, and the
 * output that was generated so far in each.
 *
 * @see https://cloud.ibm.com/apidocs/watsonx-ai#text-generation, `TextGenResponse`
 */
export const textGeneration = dialect({
  usageKey: "results",
  modelKey: "model_id",
  usage: () => undefined,
  alsoReads: /"results"/,
  says: (object) => ({
    model: stringAt(object, "model_id") || undefined,
    ...statedByResult(object),
    isError: saysWatsonxError(object),
  }),
  stream: {
    beginsWithUsage: true,
    isTerminal: ({ object }) => resultsOf(object).some(hasStopped),
    outputCharacters: (data) => textLength(resultsOf(data).map((result) => stringAt(result, "generated_text"))),
  },
});

/** One prompt has one result. */
function statedByResult(object: JsonObject): Pick<Statement, "rawUsage" | "usage"> {
  const result = resultsOf(object)[0];
  const usage = result && watsonxUsage(result);
  return usage ? { rawUsage: countsOf(result), usage } : {};
}

const resultsOf = (object: JsonObject | undefined): readonly JsonObject[] => listAt(object, "results").filter(isObject);

const hasStopped = (result: JsonObject): boolean =>
  !["", "not_finished"].includes((stringAt(result, "stop_reason") ?? "").toLowerCase());

/** Errors are a list. */
export const saysWatsonxError = (object: JsonObject): boolean =>
  saysError(object) || listAt(object, "errors").length > 0;
