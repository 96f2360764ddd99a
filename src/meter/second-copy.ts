import { processWide } from "../transport/process-wide.ts";
import { VERSION } from "../version.ts";

/** Stands for this copy of the package. */
const COPY = { version: VERSION };

/**
 * Notices when another copy of the package makes meters in this process, too: its totals are other totals.
 *
 * @param warn called with the versions of all copies when this one is not the first
 */
export function noticeCopy(warn: (versions: readonly string[]) => void): void {
  const copies = processWide("copies/1", () => new Set<{ readonly version: string }>());
  copies.add(COPY);
  if (copies.size > 1) warn(Array.from(copies, ({ version }) => version));
}
