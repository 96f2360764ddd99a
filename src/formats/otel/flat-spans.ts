import type { Fields } from "../past-request.ts";

const CONTEXT = "context.";
const ATTRIBUTES = "attributes.";

/** Whether a row is a span of a table, as pandas writes it of Phoenix's: a column per attribute. */
export const isFlatSpan = (fields: Fields): boolean => "context.span_id" in fields && "context.trace_id" in fields;

/** Such a row with its context and attributes as objects; an empty cell is an attribute that the span does not have. */
export function unflattened(fields: Fields): Fields {
  const beneath = (prefix: string): Fields =>
    Object.fromEntries(
      Object.entries(fields).flatMap(([name, value]) =>
        name.startsWith(prefix) && value !== "" && value !== null ? [[name.slice(prefix.length), value]] : [],
      ),
    );
  return { ...fields, context: beneath(CONTEXT), attributes: beneath(ATTRIBUTES) };
}
