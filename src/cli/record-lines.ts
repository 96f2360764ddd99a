import type { JournalledRecord } from "../journal/row.ts";
import { formatRange } from "../report/quantity.ts";
import { layOut } from "../report/text-columns.ts";
import { TOKEN_CLASSES } from "../model/usage.ts";
import { formatCount } from "../report/quantity.ts";
import { tableWidth } from "./command.ts";

/** Records as a table, a row each. */
export const recordLines = (records: readonly JournalledRecord[]): string =>
  layOut(
    {
      header: ["id", "started", "model", "labels", "tokens", "CO2e"],
      rows: records.map((record) => [
        record.id,
        record.startedAt.toISOString().slice(0, 19).replace("T", " "),
        record.model,
        labelsText(record),
        tokensText(record),
        co2eText(record),
      ]),
      numeric: [4, 5],
    },
    tableWidth(),
  );

const labelsText = ({ labels }: JournalledRecord): string =>
  Object.entries(labels)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");

function tokensText({ usage }: JournalledRecord): string {
  const known = TOKEN_CLASSES.flatMap((tokenClass) => usage?.[tokenClass] ?? []);
  return known.length > 0 ? formatCount(known.reduce((sum, tokens) => sum + tokens)) : "unknown";
}

const co2eText = ({ footprint, unattributedReason }: JournalledRecord): string =>
  footprint?.co2eGrams
    ? formatRange("co2eGrams", footprint.co2eGrams)
    : (unattributedReason ?? "unknown").replaceAll("_", " ");
