import { countAt } from "../count.ts";
import { dialect } from "../dialect.ts";

/** Mistral's OCR counts pages and no tokens. */
export const ocr = dialect({
  usageKey: "usage_info",
  usage(raw) {
    const pages = countAt(raw, "pages_processed");
    return pages === undefined ? undefined : { pages };
  },
});
