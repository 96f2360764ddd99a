import type { UploadedFile } from "./exchange.ts";

/** The fields of a `multipart/form-data` body: texts, and of each file its name and size. */
export function parseForm(body: Buffer, contentType: string): Record<string, string | UploadedFile> {
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1] ?? "";
  // One character per byte, so that lengths stay what they are.
  const parts = body.toString("latin1").split(`--${boundary}`).slice(1, -1);
  const fields = parts.map((part): [string, string | UploadedFile] => {
    const headersEnd = part.indexOf("\r\n\r\n");
    const headers = part.slice(0, headersEnd);
    const value = part.slice(headersEnd + 4, -2);
    const name = / name="([^"]*)"/.exec(headers)?.[1] ?? "";
    const fileName = /filename="([^"]*)"/.exec(headers)?.[1];
    return [name, fileName === undefined ? value : { name: fileName, bytes: value.length }];
  });
  return Object.fromEntries(fields);
}
