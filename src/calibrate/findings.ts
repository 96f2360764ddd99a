import { OMISSIONS, type Omission } from "./energy-window.ts";
import type { Calibration, Column } from "./calibration.ts";
import type { ReadWindows } from "./read-windows.ts";

/** A window with fewer samples follows the load too coarsely. */
const FEW_SAMPLES = 4;
const MOSTLY = 0.5;
const POORLY_EXPLAINED = 0.8;

/** What a column is, for people. */
const columnText = (column: Column): string =>
  column.kind === "idle"
    ? `idling${column.group === "" ? "" : ` of ${column.group}`}`
    : `${column.kind} tokens of ${column.model}`;

/** What is doubtful about a calibration, each in a sentence. */
export function findingsOf(calibration: Calibration, { omitted, samplesPerWindow }: ReadWindows): string[] {
  const { idle, models, columns, sharing, idleShare, explained } = calibration;
  const measured = [...idle, ...models.flatMap(({ perToken }) => Object.values(perToken))];
  return [
    ...(Object.keys(OMISSIONS) as Omission[])
      .filter((omission) => omitted[omission] > 0)
      .map((omission) => `${omitted[omission]} windows are left out: ${OMISSIONS[omission]}.`),
    ...(samplesPerWindow < FEW_SAMPLES
      ? [`A window has ${samplesPerWindow} samples: give a longer --window, or scrape more often.`]
      : []),
    ...sharing.map(
      (names) =>
        `${names.join(" and ")} work on the same devices: their idling is shared out by tokens. --join says which tokens are made where.`,
    ),
    ...(idleShare > MOSTLY
      ? [`${percent(idleShare)} of the energy is idling: what a token takes depends on how busy the devices are.`]
      : []),
    ...(explained < POORLY_EXPLAINED
      ? [
          `The load explains ${percent(explained)} of how the energy varies: it hardly varies, or something else works on these devices.`,
        ]
      : []),
    ...measured
      .filter(({ known }) => !known)
      .map(({ column, confusedWith }) =>
        confusedWith.length > 0
          ? `The windows do not tell the energy of ${columnText(column)} from that of ${confusedWith.map((other) => columnText(columns[other]!)).join(" and ")}: they vary together, so the range is wide.`
          : `The energy of ${columnText(column)} is lost in what the fit leaves over, so the range is wide.`,
      ),
  ];
}

export const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
