import { existsSync } from "node:fs";

import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

import { MATRIX_FOLDERS } from "./tools/matrix-folders.ts";

/** Folders with a lock file of their own: what their packages do not say yet, typed rules cannot judge. */
const uninstalled = MATRIX_FOLDERS.filter((folder) => !existsSync(`${import.meta.dirname}/${folder}/node_modules`));

export default defineConfig(
  {
    ignores: [
      ...uninstalled,
      "api/",
      "dist/",
      "**/node_modules/",
      "coverage/",
      "grafana/render/",
      "test/loaders/.projects/",
      "site/pages/",
      "site/dist/",
      "site/.vitepress/cache/",
      "*.js",
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // noUncheckedIndexedAccess makes every index optional; where an index is known to be there, `!` says so.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // The private slot of transport/stamp.ts is a class with a constructor and nothing else.
      "@typescript-eslint/no-extraneous-class": ["error", { allowConstructorOnly: true }],
      // A parameter `this: void` says that a method works without its object.
      "@typescript-eslint/no-invalid-void-type": ["error", { allowAsThisParameter: true }],
      "no-console": "error",
    },
  },
  {
    // What stands in for a method of somebody else's object calls the original on that object.
    files: ["src/clients/**", "src/transport/**", "src/requests/scopes.ts"],
    rules: { "@typescript-eslint/unbound-method": "off" },
  },
  {
    files: ["grafana/**"],
    rules: {
      // The Classic model is what every Grafana from 10.4 on imports; its successor is not.
      "@typescript-eslint/no-deprecated": [
        "error",
        {
          allow: [
            { from: "package", package: "@grafana/grafana-foundation-sdk", name: ["Dashboard", "DashboardBuilder"] },
          ],
        },
      ],
    },
  },
  {
    files: ["test/**", "examples/**", "bench/**", "grafana/**", "tools/**", "src/cli/**"],
    rules: { "no-console": "off" },
  },
);
