import type { Report } from "./report.ts";
import { PRIMARY_EVIDENCE } from "./summary.ts";

/** What an auditor must know to judge the figures, paragraph by paragraph. */
export function methodStatement(report: Report): readonly { readonly title: string; readonly text: string }[] {
  const { overall } = report;
  const market = overall.provenance.accounting.includes("market");
  const statements = [
    {
      title: "What is reported",
      text:
        "The footprint of requests to large language models that were made by this organisation's own programs in the " +
        "period. Each request was metered at the client, with the usage that the provider stated for it, and attributed " +
        "with published factors.",
    },
    {
      title: "Place in the inventory",
      text:
        "Models used through a provider's interface are purchased services: GHG Protocol scope 3, category 1. Requests to " +
        "an endpoint on the organisation's own network are marked “private endpoint”: where the hardware is its own, they " +
        "belong to scope 2 and to scope 3 categories 2 and 3 instead. Offsets and certificates are not deducted.",
    },
    {
      title: "Ranges",
      text:
        "Each figure is a central estimate with a low and a high one. Ranges are combined bound by bound: the lows are " +
        "added to lows and the highs to highs, because the errors of requests that share a factor do not cancel out.",
    },
    {
      title: "Phases",
      text:
        "Usage is the electricity of answering. Embodied is the share of making the hardware. Undivided figures come from " +
        "sources that publish one number for both. Training is shown apart and is part of no total.",
    },
    {
      title: "Electricity",
      text: market
        ? "Some operators publish market-based figures only. They stand in a column of their own and must not be added to location-based ones."
        : "Electricity is accounted for by location: by the grid where the model is assumed to run.",
    },
    {
      title: "Primary data",
      text:
        `The share of CO2e whose factor was published by the model's operator for this very model, or was given by the ` +
        `user (${PRIMARY_EVIDENCE.join(", ")}). Token counts are always primary activity data, except where marked as estimated.`,
    },
    {
      title: "Coverage",
      text:
        "The share of requests that have a footprint. Requests without one (failed, no usage stated, no factor for the " +
        "model) are counted and not estimated: the footprint of the period is at least what is reported.",
    },
    {
      title: "Not included",
      text:
        "The user's own devices, the network, and the training of models, unless a factor's boundary says so. Water is " +
        "consumption, on the site and in making the electricity.",
    },
  ];
  if (overall.provenance.restatedFrom.length > 0) {
    statements.push({
      title: "Restatement",
      text:
        `Figures first reported with catalogue ${overall.provenance.restatedFrom.join(", ")} were computed again from the ` +
        `same token counts with catalogue ${overall.provenance.catalogueVersions.join(", ")}.`,
    });
  }
  return statements;
}
