import { saysError } from "../error-answer.ts";
import { objectAt, stringAt, type JsonObject } from "../json.ts";

/** A code stands in errors, at the top or in the task that has failed; where all went well it is absent or empty. */
export const saysDashscopeError = (object: JsonObject): boolean =>
  saysError(object) || hasCode(object) || hasCode(objectAt(object, "output"));

const hasCode = (object: JsonObject | undefined): boolean => (stringAt(object, "code") ?? "") !== "";
