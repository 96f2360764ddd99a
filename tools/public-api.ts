/** The public types of the package as data, read from `api/`: for the reference pages, and for the test that everything is documented. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import ts from "typescript";

const API = join(import.meta.dirname, "../api");

/** A part of an interface or a class. */
export interface Member {
  readonly name: string;
  /** As it is declared, without its documentation. */
  readonly declaration: string;
  readonly documentation: string;
  /** The code of its `@example`. */
  readonly example: string | undefined;
}

/** What an entry of the package exports. */
export interface PublicName {
  readonly name: string;
  readonly kind: "function" | "class" | "interface" | "type" | "value";
  readonly declaration: string;
  readonly documentation: string;
  /** The code of its `@example`. */
  readonly example: string | undefined;
  readonly members: readonly Member[];
  /** The entries that export it, such as `llm-footprint/redis`; of options that are written in place, none. */
  readonly entries: readonly string[];
}

/** Every name that an entry exports, and the options that its functions take, in alphabetical order. */
export function publicNames(): PublicName[] {
  const files = readdirSync(API).map((file) => {
    const text = readFileSync(join(API, file), "utf8");
    return { file, source: ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true) };
  });
  const declared = new Map<string, ts.Statement>();
  const entriesOf = new Map<string, string[]>();
  for (const { file, source } of files) {
    for (const statement of source.statements) {
      const name = nameOf(statement);
      if (name !== undefined && !declared.has(name)) declared.set(name, statement);
      if (file.startsWith("shared-") || !ts.isExportDeclaration(statement) || !statement.exportClause) continue;
      if (!ts.isNamedExports(statement.exportClause)) continue;
      const entry = basename(file, ".d.ts");
      for (const { name: exported } of statement.exportClause.elements) {
        const entries = entriesOf.get(exported.text) ?? [];
        entriesOf.set(exported.text, [...entries, entry === "index" ? "llm-footprint" : `llm-footprint/${entry}`]);
      }
    }
  }
  for (const name of declared.keys()) if (name.endsWith("Options") && !entriesOf.has(name)) entriesOf.set(name, []);
  return Array.from(entriesOf, ([name, entries]) => ({ ...described(name, declared.get(name)), entries })).sort(
    (a, b) => a.name.localeCompare(b.name, "en"),
  );
}

function nameOf(statement: ts.Statement): string | undefined {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations[0]?.name.getText();
  const named =
    ts.isFunctionDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isClassDeclaration(statement);
  return named ? statement.name?.text : undefined;
}

function described(name: string, statement: ts.Statement | undefined): Omit<PublicName, "entries"> {
  if (!statement) throw new Error(`api/ exports ${name} and does not declare it; run npm run generate.`);
  const kind = ts.isFunctionDeclaration(statement)
    ? "function"
    : ts.isClassDeclaration(statement)
      ? "class"
      : ts.isInterfaceDeclaration(statement)
        ? "interface"
        : ts.isTypeAliasDeclaration(statement)
          ? "type"
          : "value";
  const parts =
    ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement) ? statement.members : undefined;
  return {
    name,
    kind,
    declaration: withoutDocumentation(statement),
    ...documentationOf(statement),
    members: (parts ?? []).flatMap((member: ts.Node) => {
      const isCall = ts.isCallSignatureDeclaration(member);
      if (!isCall && !("name" in member && member.name)) return [];
      if (ts.canHaveModifiers(member) && member.modifiers?.some(({ kind: is }) => is === ts.SyntaxKind.PrivateKeyword))
        return [];
      const own = isCall ? "()" : (member as ts.Node & { name: ts.Node }).name.getText();
      if (own.startsWith("#")) return [];
      return [{ name: own, declaration: withoutDocumentation(member), ...documentationOf(member) }];
    }),
  };
}

const withoutDocumentation = (node: ts.Node): string => node.getText().replaceAll(/\/\*\*[^]*?\*\/\s*/g, "");

const EXAMPLE = /@example\n```ts\n([^]*?)```(?:\n|$)/;

/** The text between the marks of a comment, line by line, and the example in it. */
function documentationOf(node: ts.Node): Pick<Member, "documentation" | "example"> {
  const comment = /\/\*\*([^]*?)\*\//.exec(node.getFullText().slice(0, node.getStart() - node.getFullStart()));
  const text = (comment?.[1] ?? "")
    .split("\n")
    .map((line) => line.replace(/^\s*\*? ?/, "").trimEnd())
    .join("\n");
  return { documentation: text.replace(EXAMPLE, "").trim(), example: EXAMPLE.exec(text)?.[1]?.trimEnd() };
}
