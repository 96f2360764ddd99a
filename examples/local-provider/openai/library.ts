import { json, type Routes, type UploadedFile } from "../exchange.ts";
import { NOW_SECONDS } from "../language.ts";

/** What costs no inference: the list of models, and files. */
export const libraryRoutes: Routes = {
  "GET /models": () =>
    json({
      object: "list",
      data: ["gpt-4o-mini", "text-embedding-3-small"].map((id) => ({
        id,
        object: "model",
        created: NOW_SECONDS,
        owned_by: "system",
      })),
    }),
  "GET /models/:id": ({ parameters }) =>
    json({ id: parameters["id"], object: "model", created: NOW_SECONDS, owned_by: "system" }),
  "POST /files": (exchange) => {
    const { file, purpose } = exchange.body as { file: UploadedFile; purpose: string };
    return json({
      id: `file-${exchange.number}`,
      object: "file",
      bytes: file.bytes,
      created_at: NOW_SECONDS,
      filename: file.name,
      purpose,
      status: "processed",
    });
  },
  "GET /files": () => json({ object: "list", data: [], has_more: false }),
};
