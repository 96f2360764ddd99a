import { json, type Routes, type UploadedFile } from "../exchange.ts";
import { NOW_SECONDS } from "../language.ts";

/** What costs no inference at once: models, files, and batch jobs. */
export const libraryRoutes: Routes = {
  "GET /models": () => json({ object: "list", data: [] }),
  "POST /files": (exchange) => {
    const { file, purpose } = exchange.body as { file: UploadedFile; purpose?: string };
    return json({
      id: `00000000-0000-4000-8000-${String(exchange.number).padStart(12, "0")}`,
      object: "file",
      bytes: file.bytes,
      created_at: NOW_SECONDS,
      filename: file.name,
      purpose: purpose ?? "batch",
      sample_type: "batch_request",
      source: "upload",
    });
  },
};
