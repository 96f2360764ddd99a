import { join } from "node:path";
import ts from "typescript";

import type { Snippet } from "./snippets.ts";

/** What the compiler has to say of snippets, as files of a folder that has their packages and a tsconfig.json. */
export function typeErrorsOf(snippets: readonly Snippet[], folder: string): string[] {
  const files = new Map(
    snippets.map(({ name, text }) => [join(folder, `${name.replaceAll(/[/#]/g, "-")}.ts`), `${text}\nexport {};\n`]),
  );
  const { config } = ts.readConfigFile(join(folder, "tsconfig.json"), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  const settings = {
    ...options,
    noEmit: true,
    // Which packages seldom write their types for.
    exactOptionalPropertyTypes: false,
    experimentalDecorators: true,
    noUnusedLocals: false,
    erasableSyntaxOnly: false,
  };
  const host = ts.createCompilerHost(settings);
  const plain = ts.createCompilerHost(settings);
  host.fileExists = (name) => files.has(name) || plain.fileExists(name);
  host.getSourceFile = (name, ...rest) => {
    const text = files.get(name);
    return text === undefined
      ? plain.getSourceFile(name, ...rest)
      : ts.createSourceFile(name, text, ts.ScriptTarget.ES2023);
  };
  return ts
    .getPreEmitDiagnostics(ts.createProgram([...files.keys()], settings, host))
    .map(
      ({ file, messageText }) =>
        `${file?.fileName.split("/").at(-1)}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
}
