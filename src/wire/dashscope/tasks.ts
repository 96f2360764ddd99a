import { dialect, usageStatement, type Dialect } from "../dialect.ts";
import { objectAt, stringAt } from "../json.ts";
import { saysDashscopeError } from "./dashscope-error.ts";
import { dashscopeUsage, type DashscopeAsked } from "./dashscope-usage.ts";
import { taskStatusOf } from "./task-status.ts";

/**
 * DashScope's tasks, which go on at the provider until a poll says that they have ended, with what was made. Models that
 * answer at once state the same.
 *
 * @see https://www.alibabacloud.com/help/en/model-studio/manage-asynchronous-tasks
 */
const tasksThat = (what: Pick<DashscopeAsked, "transcribes"> = {}): Dialect =>
  dialect({
    usage: (raw, asked) => dashscopeUsage(raw, { ...what, videos: asked?.videos }),
    stateful: true,
    says: (object, asked) => ({
      ...usageStatement(objectAt(object, "usage"), {
        usage: (raw) => dashscopeUsage(raw, { ...what, videos: asked?.videos }),
      }),
      status: taskStatusOf(object),
      jobId: stringAt(objectAt(object, "output"), "task_id"),
      isError: saysDashscopeError(object),
    }),
  });

export const tasks = tasksThat();
export const transcriptionTasks = tasksThat({ transcribes: true });
