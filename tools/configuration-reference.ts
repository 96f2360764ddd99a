/** The reference of the configuration file and its JSON Schema, from the schema that `serve` checks it by. */
import { toJsonSchema } from "@valibot/to-json-schema";

import { configurationSchema } from "../src/serve/configuration-schema.ts";

type JsonSchema = Exclude<NonNullable<ReturnType<typeof toJsonSchema>["properties"]>[string], boolean>;

/** For editors: `# yaml-language-server: $schema=…/footprint.schema.json`. */
export const configurationJsonSchema = {
  title: "footprint.yaml",
  ...toJsonSchema(configurationSchema, { typeMode: "input", ignoreActions: ["check"] }),
};

/** A row for each key: its path, what it takes, what it means. */
export function configurationTable(): string {
  const rows = keysOf(configurationJsonSchema, "").map(({ path, schema, isRequired }) => {
    const fallback = isPlain(schema.default) ? ` Default: ${schema.default}.` : "";
    return `| \`${path}\` | ${taken(schema)} | ${isRequired ? "Required. " : ""}${schema.description ?? ""}${fallback} |`;
  });
  return ["| key | value | |", "| --- | --- | --- |", ...rows].join("\n");
}

const isPlain = (value: unknown): value is string | number | boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

interface Key {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

function keysOf({ properties, required }: JsonSchema, parent: string): Key[] {
  return Object.entries(properties ?? {}).flatMap(([name, schema]) => {
    if (typeof schema === "boolean") return [];
    const path = parent + name;
    const ofName = typeof schema.additionalProperties === "object" ? [schema.additionalProperties] : [];
    const named = ofName.flatMap((each) => [each, ...(each.anyOf ?? [])]).filter((each) => typeof each !== "boolean");
    return [
      { path, schema, isRequired: required?.includes(name) ?? false },
      ...keysOf(schema, `${path}.`),
      ...named.flatMap((each) => keysOf(each, `${path}.<name>.`)),
    ];
  });
}

function taken(schema: JsonSchema): string {
  const { type, enum: values, items, anyOf, minimum, maximum, additionalProperties } = schema;
  if (values)
    return values
      .filter(isPlain)
      .map((value) => `\`${value}\``)
      .join(", ");
  if (anyOf) return anyOf.map((each) => (typeof each === "boolean" ? "" : taken(each))).join(" or ");
  if (type === "array" && typeof items === "object" && !Array.isArray(items)) return `list of ${taken(items)}`;
  if (type === "object") return additionalProperties === false ? "keys below" : "names, with the keys below";
  if (type === "integer") return `whole number, ${minimum} to ${maximum}`;
  return type === "string" ? "text" : String(type);
}
