import { join } from "node:path";

/** A digest and a file system for the browser, in place of those of Node.js: the catalogue has both at its edges. */
const IN_A_BROWSER: Readonly<Record<string, string>> = {
  "node:crypto": `
    import { sha256 } from "@noble/hashes/sha2.js";
    import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
    export const createHash = () => ({ update: (text) => ({ digest: () => bytesToHex(sha256(utf8ToBytes(text))) }) });`,
  "node:fs": "export const readFileSync = () => { throw new Error('a browser has no files'); };",
};

/**
 * Bundles the page's script, with attribution and catalogue, where the sources are run as they are. In the package this
 * module holds the result: `npm run build` replaces it.
 */
export async function calculatorScript(): Promise<string> {
  const { rolldown } = await import("rolldown");
  await using bundle = await rolldown({
    input: join(import.meta.dirname, "page/main.ts"),
    platform: "browser",
    tsconfig: false,
    plugins: [
      {
        name: "in-a-browser",
        resolveId: (id) => (id in IN_A_BROWSER ? `\0${id}` : undefined),
        load: (id) => IN_A_BROWSER[id.slice(1)],
      },
    ],
  });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  // The script stands in a page.
  return output[0].code.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
}
