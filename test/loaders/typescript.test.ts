import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ENTRIES } from "../../tools/entries.ts";
import { installedProject, manifest, ROOT, type Project } from "../packed-package.ts";

const run = promisify(execFile);

let project: Project;
beforeAll(async () => {
  project = await installedProject();
  // No SDK: nothing of the types may depend on one that an application need not have. Who exports over OpenTelemetry has
  // its API.
  await project.link(["@types/node", "@opentelemetry/api"]);
  const others = ENTRIES.filter((entry) => entry !== "index");
  const source = `import { createMeter, type Meter, type RequestRecord } from "${manifest.name}";
${others.map((entry, at) => `import * as entry${at} from "${manifest.name}/${entry}";\n`).join("")}
export const meter: Meter = createMeter({ labels: ["team"] });
meter.on("request", (record: RequestRecord) => console.log(record.footprint?.co2eGrams?.central));
export const entries = [${others.map((_entry, at) => `entry${at}`).join(", ")}];
// @ts-expect-error the types are there, so a wrong option is seen
createMeter({ label: ["team"] });
`;
  await project.write("application.ts", source);
  await project.write("application.cts", source);
  await project.write("application.mts", source);
}, 120_000);
afterAll(() => project[Symbol.asyncDispose]());

const VERSIONS = [
  { name: "TypeScript 5.9", tsc: join(import.meta.dirname, "node_modules/typescript-5/bin/tsc") },
  { name: "TypeScript 6", tsc: join(ROOT, "node_modules/typescript/bin/tsc") },
];

const SETTINGS = [
  { module: "commonjs", moduleResolution: "node10", file: "application.ts" },
  { module: "node16", moduleResolution: "node16", file: "application.cts" },
  { module: "node16", moduleResolution: "node16", file: "application.mts" },
  { module: "nodenext", moduleResolution: "nodenext", file: "application.cts" },
  { module: "nodenext", moduleResolution: "nodenext", file: "application.mts" },
  { module: "esnext", moduleResolution: "bundler", file: "application.ts" },
  { module: "preserve", moduleResolution: "bundler", file: "application.ts" },
];

describe.for(VERSIONS)("$name", ({ tsc }) => {
  test.for(SETTINGS)("compiles $file with module $module and moduleResolution $moduleResolution", async (settings) => {
    const { file, ...options } = settings;
    const compilerOptions = {
      ...options,
      target: "es2023",
      lib: ["es2023", "esnext.disposable"],
      types: ["node"],
      strict: true,
      noEmit: true,
      // The declarations themselves are checked, too: each is sound by itself.
      skipLibCheck: false,
      ...(options.moduleResolution === "node10" && {
        ignoreDeprecations: tsc.includes("typescript-5") ? "5.0" : "6.0",
      }),
    };
    await project.write("tsconfig.json", JSON.stringify({ compilerOptions, files: [file] }));
    const { stdout } = await run(process.execPath, [tsc, "-p", project.folder]).catch(
      (error: unknown) => error as { stdout: string },
    );
    expect(
      stdout.split("\n").filter((line) => line.includes(manifest.name) || line.startsWith("application")),
    ).toStrictEqual([]);
  });
});
