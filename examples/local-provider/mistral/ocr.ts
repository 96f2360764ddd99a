import { json, Refusal, type Routes } from "../exchange.ts";

/** Text recognition: as many pages as `pages` names, three by default, and no tokens. */
export const ocrRoutes: Routes = {
  "POST /ocr": ({ body }) => {
    const { model, pages } = body as { model?: string; pages?: readonly number[] };
    if (!model) throw new Refusal(422, "model: Field required");
    const read = (pages ?? [0, 1, 2]).map((index) => ({
      index,
      markdown: `# Page ${index}`,
      images: [],
      dimensions: { dpi: 200, height: 2200, width: 1700 },
    }));
    return json({ pages: read, model, usage_info: { pages_processed: read.length, doc_size_bytes: 4096 } });
  },
};
