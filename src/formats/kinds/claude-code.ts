import { failure, idText, moment, nested, reported, text } from "../fields.ts";
import { PAST_REQUEST, type RecordKind } from "../past-request.ts";
import { anthropicUsage } from "../provider-usage.ts";
import { RejectedRecord } from "../rejected-record.ts";

/** Lines that have neither a message nor, some of them, the session's id. */
const OTHER_LINES =
  /^(?:summary|system|progress|attachment|queue-operation|file-history-snapshot|custom-title|agent-name|last-prompt)$/;

/**
 * Claude Code's session logs. A line per block of content repeats the usage of its message, the first lines with the
 * output so far: of the lines of one message, the largest counts. Sessions that were resumed, forked or handed to
 * another agent repeat messages too.
 */
export const claudeCode: RecordKind = {
  name: "claude-code",
  matches: (fields) =>
    ("sessionId" in fields && ["uuid", "leafUuid", "snapshot", "message"].some((name) => name in fields)) ||
    (OTHER_LINES.test(text(fields, "type") ?? "") &&
      ["sessionId", "leafUuid", "messageId"].some((name) => name in fields)) ||
    (fields["type"] === "assistant" && typeof nested(fields, "message")["usage"] === "object"),
  read(fields, notation) {
    const message = nested(fields, "message");
    if (fields["type"] !== "assistant" || typeof message["usage"] !== "object") {
      return [{ passedOver: "lines of a session that call no model" }];
    }
    const model = text(message, "model");
    if (model === "<synthetic>") return [{ passedOver: "lines of a session that call no model" }];
    const id = idText(message, "id");
    if (id === undefined) throw new RejectedRecord("message.id is missing");
    // Anthropic's ids are unique; what a gateway gives is, within a session.
    const scope = id.startsWith("msg_") ? "" : `${text(fields, "sessionId") ?? ""}:`;
    const usage = anthropicUsage(nested(message, "usage"), notation);
    return [
      {
        ...PAST_REQUEST,
        id: `claude-code:${scope}${id}`,
        provider: id.startsWith("msg_") ? "anthropic" : "unknown",
        operation: "chat",
        requestedModel: model,
        startedAtMilliseconds: moment(fields, "timestamp", notation),
        ...(fields["isApiErrorMessage"] === true ? failure() : reported(usage)),
        labelSources: [fields, message],
      },
    ];
  },
};
