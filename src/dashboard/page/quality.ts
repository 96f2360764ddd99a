import { EVIDENCE, UNATTRIBUTED_REASONS } from "../../model/footprint.ts";
import { EVIDENCE_TITLES, REASON_TITLES } from "../../report/evidence-words.ts";
import { formatCount, formatShare } from "../../report/quantity.ts";
import type { DashboardSnapshot } from "../snapshot.ts";
import { bar, element, find, table } from "./dom.ts";

export function showQuality({ overall, evidence, errors }: DashboardSnapshot): void {
  const place = find("#quality .quality");
  const { completed, abandoned, failed } = overall.requests;
  const requests = completed + abandoned + failed;
  if (requests === 0) {
    place.replaceChildren(element("p", { class: "empty" }, "Nothing yet."));
    return;
  }
  const row = (title: string, count: number, kind: string) => [
    title,
    element(
      "span",
      { class: "share" },
      bar(count / requests, kind),
      element("span", {}, formatShare(count / requests)),
    ),
    formatCount(count),
  ];
  const rows = [
    ...EVIDENCE.flatMap((kind) => (evidence[kind] ? [row(EVIDENCE_TITLES[kind], evidence[kind].requests, "")] : [])),
    ...UNATTRIBUTED_REASONS.flatMap((reason) => {
      const count = overall.unattributed[reason];
      return count ? [row(`no footprint: ${REASON_TITLES[reason]}`, count, "unknown")] : [];
    }),
  ];
  const estimated = overall.usageSources.estimated ?? 0;
  const meterErrors = Object.values(errors).reduce((sum, count) => sum + count, 0);
  place.replaceChildren(
    element(
      "div",
      { class: "scroll", tabindex: "0", role: "group", "aria-labelledby": "quality-title" },
      table(["evidence", "share of requests", "requests"], rows, "Requests by the evidence for their factors"),
    ),
    element("p", { class: "note" }, `Usage was estimated for ${formatShare(estimated / requests)} of the requests.`),
    ...(meterErrors > 0
      ? [
          element(
            "p",
            { class: "notice" },
            `The meter itself had ${formatCount(meterErrors)} errors: ${listed(errors)}.`,
          ),
        ]
      : []),
  );
}

const listed = (errors: Readonly<Record<string, number>>): string =>
  Object.entries(errors)
    .filter(([, count]) => count > 0)
    .map(([stage, count]) => `${stage} ${formatCount(count)}`)
    .join(", ");
