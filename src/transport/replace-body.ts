/** Puts another text in place of the one that is about to be sent; openai 4 has counted its bytes already. */
export function replaceBody(init: RequestInit, text: string): void {
  init.body = text;
  const headers = init.headers as Record<string, string> | undefined;
  if (headers && Object.hasOwn(headers, "content-length")) headers["content-length"] = String(Buffer.byteLength(text));
}
