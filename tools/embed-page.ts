/** A step of `npm run build`: puts the bundled pages into the package in place of what bundles them. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { calculatorScript } from "../src/calculator/calculator-script.ts";
import { pageBundle } from "../src/dashboard/page-bundle.ts";

const text = `const bundle = ${JSON.stringify(await pageBundle())};\nexport const pageBundle = async () => bundle;\n`;
await writeFile(join(import.meta.dirname, "../dist/dashboard/page-bundle.js"), text);

const script = `const script = ${JSON.stringify(await calculatorScript())};\nexport const calculatorScript = async () => script;\n`;
await writeFile(join(import.meta.dirname, "../dist/calculator/calculator-script.js"), script);
