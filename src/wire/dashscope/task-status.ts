import { objectAt, stringAt, type JsonObject } from "../json.ts";

/** As other APIs name what DashScope's tasks say of themselves. */
const STATUS: Readonly<Record<string, string>> = {
  PENDING: "pending",
  SUSPENDED: "pending",
  RUNNING: "in_progress",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  CANCELED: "cancelled",
};

/** The state of a task that an answer is about; undefined for any other answer. */
export const taskStatusOf = (object: JsonObject): string | undefined => {
  const status = stringAt(objectAt(object, "output"), "task_status");
  return status !== undefined && Object.hasOwn(STATUS, status) ? STATUS[status] : undefined;
};
