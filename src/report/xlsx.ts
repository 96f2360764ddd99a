import writeExcelFile, { type SheetData } from "write-excel-file/node";

import { EVIDENCE } from "../model/footprint.ts";
import { exportFields } from "./fields.ts";
import { methodStatement } from "./method.ts";
import { evidenceTable, factorsTable, overviewRows, type TextTable } from "./overview.ts";
import type { Report } from "./report.ts";
import { STATED_TITLE, statedLines } from "./stated-table.ts";
import type { Summary } from "./summary.ts";

const [GRAMS_PER_TONNE, LITRES_PER_CUBIC_METRE, JOULES_PER_KWH] = [1e6, 1e3, 3.6e6];

/** A workbook: the summary, the lines in the units of an inventory, all fields of the export, evidence, factors, method. */
export async function toXlsx(report: Report): Promise<Buffer> {
  const sheets = [
    {
      sheet: "Summary",
      data: rows({ header: ["", "total"], rows: overviewRows(report), numeric: [] }),
      widths: [42, 70],
    },
    { sheet: "Lines", data: lines(report), widths: [...report.groupBy.map(() => 24), ...Array<number>(10).fill(16)] },
    { sheet: "All fields", data: allFields(report), widths: [] },
    { sheet: "Evidence", data: evidence(report), widths: [28, 14, 18, 18] },
    ...(report.stated.length > 0
      ? [{ sheet: STATED_TITLE, data: stated(report), widths: [20, 28, 20, 28, 12, 12, 24, 18, 18, 40] }]
      : []),
    { sheet: "Factors", data: rows(factorsTable(report)), widths: [40, 60, 24, 14, 14, 24, 60] },
    {
      sheet: "Method",
      data: rows({
        header: ["", ""],
        rows: methodStatement(report).map(({ title, text }) => [title, text]),
        numeric: [],
      }),
      widths: [28, 120],
    },
  ];
  return writeExcelFile(
    sheets.map(({ sheet, data, widths }) => ({
      sheet,
      data,
      columns: widths.map((width) => ({ width })),
      stickyRowsCount: 1,
    })),
  ).toBuffer();
}

const heading = (value: string) => ({ value, fontWeight: "bold" as const });

const rows = ({ header, rows: body }: TextTable): SheetData => [
  header.map(heading),
  ...body.map((cells) => cells.map((value) => ({ value, wrap: true }))),
];

const share = (value: number | undefined) => (value === undefined ? null : { value, format: "0.0%" });

/** The same table as elsewhere, with numbers that can be computed with. */
function evidence(report: Report): SheetData {
  const { requests, evidence, impacts } = report.overall;
  const grams = impacts.co2eGrams?.central;
  return [
    evidenceTable(report).header.map(heading),
    ...EVIDENCE.flatMap((kind) => {
      const part = evidence[kind];
      if (!part) return [];
      const ofEmissions = grams === undefined ? undefined : part.co2eGrams / grams;
      return [[kind.replaceAll("_", " "), part.requests, share(part.requests / requests), share(ofEmissions)]];
    }),
  ];
}

/** The quartiles of the ratios in columns of their own. */
function stated(report: Report): SheetData {
  const header = ["provider", "model", "stated", "factors", "requests", "compared"];
  return [
    [...header, "stated ÷ estimated", "lower quartile", "upper quartile", "left out"].map(heading),
    ...statedLines(report).map(({ group, sources, factors, requests, compared, quartiles, leftOut }) => {
      const [lower, median, upper] = quartiles.map((ratio) => ratio ?? null);
      return [...group, sources, factors, requests, compared, median, lower, upper, leftOut];
    }),
  ];
}

/** Unrounded numbers, in tonnes, cubic metres and kilowatt hours. */
function lines(report: Report): SheetData {
  const header = [
    ...report.groupBy,
    ...["requests", "tCO2e", "tCO2e low", "tCO2e high", "m³ water", "m³ water low", "m³ water high"],
    ...["kWh", "kWh low", "kWh high"],
  ];
  const rowOf = (group: readonly (string | undefined)[], { requests, impacts }: Summary) => [
    ...group.map((value) => value ?? null),
    requests,
    ...(
      [
        ["co2eGrams", GRAMS_PER_TONNE],
        ["waterLitres", LITRES_PER_CUBIC_METRE],
        ["energyJoules", JOULES_PER_KWH],
      ] as const
    ).flatMap(([criterion, size]) => {
      const impact = impacts[criterion];
      return impact ? [impact.central / size, impact.low / size, impact.high / size] : [null, null, null];
    }),
  ];
  return [
    header.map(heading),
    ...report.lines.map(({ group, summary }) => rowOf(group, summary)),
    rowOf(["all", ...report.groupBy.slice(1).map(() => undefined)], report.overall).map((value) =>
      value === null ? null : { value, fontWeight: "bold" as const },
    ),
  ];
}

function allFields(report: Report): SheetData {
  const names = Object.keys(exportFields(report, report.overall));
  return [
    [...report.groupBy.map((name) => `group_${name}`), ...names].map(heading),
    ...report.lines.map(({ group, summary }) =>
      [...group, ...Object.values(exportFields(report, summary))].map((value) => value ?? null),
    ),
  ];
}
