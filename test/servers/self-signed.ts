// cspell:ignore addext keyout
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { temporaryFolder } from "../journal/temporary-folder.ts";

const SUBJECT = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];

/** A certificate for `localhost` and its key, as files in a folder of their own. */
export function selfSigned(): { readonly folder: string; readonly certificate: string; readonly key: string } {
  const folder = temporaryFolder();
  const [certificate, key] = [join(folder, "crt"), join(folder, "key")];
  const made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", ...made, ...SUBJECT, "-keyout", key, "-out", certificate], { stdio: "ignore" });
  return { folder, certificate, key };
}
