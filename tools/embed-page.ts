/** The last step of `npm run build`: puts the bundled page into the package in place of what bundles it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { pageBundle } from "../src/dashboard/page-bundle.ts";

const text = `const bundle = ${JSON.stringify(await pageBundle())};\nexport const pageBundle = async () => bundle;\n`;
await writeFile(join(import.meta.dirname, "../dist/dashboard/page-bundle.js"), text);
