import { readFileSync } from "node:fs";

import { MATRIX_FOLDERS } from "./tools/matrix-folders.ts";

/** What a folder with a package.json of its own installs for itself. */
const dependenciesOf = (folder: string): string[] => {
  const text = readFileSync(`${import.meta.dirname}/${folder}/package.json`, "utf8");
  type Listed = Readonly<Record<string, string>>;
  const { dependencies, devDependencies } = JSON.parse(text) as { dependencies?: Listed; devDependencies?: Listed };
  return Object.keys({ ...dependencies, ...devDependencies });
};

export default {
  entry: [
    "src/*.ts",
    "src/cli/main.ts",
    // Started as processes.
    "src/serve/workers/worker-program.ts",
    "src/dashboard/page/main.ts",
    "src/calculator/page/main.ts",
    "tools/*.ts",
    "examples/*.ts",
    // Bundled by the build into the package.
    "examples/demo/plain/demo.ts",
    "site/*.ts",
    "site/.vitepress/config.ts",
    "grafana/render/*.{mjs,jsx}",
    "bench/*.ts",
    "bench/gateway/*-program.ts",
    "vitest.*.config.ts",
    "test/**/*.test.ts",
    // Programs that a test starts as processes.
    "test/**/*-{writer,program}.ts",
    "test/factors/freeze.ts",
    // Loaded by a path before a program.
    "test/docs/snippets/snippet-world.ts",
  ],
  project: ["**/*.{ts,mjs,jsx}", "!api/**"],
  ignoreExportsUsedInFile: { interface: true, type: true },
  ignoreBinaries: ["nginx", "openssl", "promtool", "python3", "redis-server", "systemd-analyze"],
  ignoreDependencies: [
    ...[...MATRIX_FOLDERS, "bench/peers"].flatMap(dependenciesOf),
    // Read as text, run as a program, or of grafana/render, which has its own packages.
    // Stands in the browser for what Node.js brings.
    "@noble/hashes",
    "axe-core",
    "cspell",
    "llm-footprint-node",
    "@grafana/(data|ui)",
    "react-dom",
    "esbuild",
  ],
};
