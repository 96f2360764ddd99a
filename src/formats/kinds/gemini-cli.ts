import { disjointUsage, idText, items, moment, nested, reported, sumOf, text, whole } from "../fields.ts";
import { PAST_REQUEST, readEach, type Fields, type Finding, type Notation, type RecordKind } from "../past-request.ts";
import { RejectedRecord } from "../rejected-record.ts";
import { strayEntries } from "../stray-entries.ts";

/** Gemini CLI's sessions: a file that is rewritten whole, or a message per line. */
export const geminiCli: RecordKind = {
  name: "gemini-cli",
  matches: (fields) =>
    ("sessionId" in fields && ("projectHash" in fields || Array.isArray(fields["messages"]))) ||
    (fields["type"] === "gemini" && "tokens" in fields) ||
    (/^(?:user|info|warning|error|gemini)$/.test(text(fields, "type") ?? "") &&
      "content" in fields &&
      "timestamp" in fields),
  read: (fields, notation) => reader()(fields, notation),
  begin: () => ({ read: reader() }),
};

/** The session stands above its messages where each has a line. */
function reader(): RecordKind["read"] {
  let session: Fields = {};
  return (fields, notation) => {
    if ("projectHash" in fields || "messages" in fields) session = fields;
    if ("messages" in fields) {
      return [
        ...readEach(items(fields, "messages"), (each) => message(each, fields, notation)),
        ...strayEntries(fields, ["messages"]),
      ];
    }
    return [message(fields, session, notation)];
  };
}

function message(fields: Fields, session: Fields, notation: Notation): Finding {
  if (fields["type"] !== "gemini" || fields["tokens"] === undefined || fields["tokens"] === null) {
    return { passedOver: "lines of a session that call no model" };
  }
  const id = idText(fields, "id");
  if (id === undefined) throw new RejectedRecord("id is missing");
  const tokens = nested(fields, "tokens");
  const count = (name: string): number | undefined => whole(tokens, name, notation);
  return {
    ...PAST_REQUEST,
    id: `gemini-cli:${text(session, "sessionId") ?? ""}:${id}`,
    provider: "gcp.gemini",
    operation: "chat",
    requestedModel: text(fields, "model"),
    startedAtMilliseconds: moment(fields, "timestamp", notation),
    // Thoughts stand beside the output, what the cache gave stands inside the input.
    ...reported(
      disjointUsage({
        input: sumOf(count("input"), count("tool")),
        cacheRead: count("cached"),
        output: sumOf(count("output"), count("thoughts")),
        reasoning: count("thoughts"),
      }),
    ),
    labelSources: session === fields ? [fields] : [fields, session],
  };
}
