import type { Report } from "./report.ts";
import { originSentence, originTexts } from "./origins.ts";
import { formatShare } from "./quantity.ts";
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
        "period, attributed with published factors.",
    },
    {
      title: "Activity data",
      text: report.activity
        ? `${originSentence(report.activity.origins)} ${originTexts(report.activity.origins).join("; ")}. Completeness against the provider's invoices has not been checked by this report.`
        : "Requests and tokens are the increase of the counters of metered applications between scrapes. Completeness against the provider's invoices has not been checked by this report.",
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
        "added to lows and the highs to highs, because the errors of requests that share a factor do not cancel out. A " +
        "range is not a confidence interval: no probability is attached to it. Where only sums of requests are known, it " +
        "holds however the tokens were spread over them. The ranges of two lines are not a range of their difference, because what the " +
        "two share cancels: compareModels and “llm-footprint estimate --versus” give that." +
        (report.comparison === undefined
          ? ""
          : ` The difference to ${report.comparison.title} is given with the range of what the two periods do not share: the models, ` +
            "grids, data centres and hardware that both rest on are at the same bound in both. It is decided where the whole " +
            "range is on one side of 0."),
    },
    {
      title: "Greenhouse gases",
      text:
        "CO2 equivalents over 100 years (GWP100). Most of the sources do not say by which assessment report of the IPCC; " +
        "of electricity CO2 is nearly all, so that the choice changes little.",
    },
    {
      title: "Hardware",
      text:
        `${hardwareText(report)}For comparison, Mistral's analysis of Mistral Large 2 (July 2025) attributes 61 % of minerals ` +
        "to hardware, and 85.5 % of greenhouse gases and 91 % of water to training and inference, of 20.4 kt CO2e, " +
        "281,000 m³ of water and 660 kg Sb eq for training and 18 months of use.",
    },
    {
      title: "Models without a published figure",
      text: proxyText(report),
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
        "model) are counted and not estimated: what they caused is not in the figures.",
    },
    {
      title: "Evidence",
      text:
        `Stand-ins are other models' figures: a proxy is a named model, a class default the usual figure of a size of model ` +
        `(${formatShare(overall.proxyShare)} of the requests). “Operator LCA” is a life-cycle analysis by whoever runs the ` +
        `model; “parametric” is an estimate from the model's size and its hardware; “measured” and “modelled” are the work of others.`,
    },
    {
      title: "Not included",
      text:
        "The user's own devices, the network, and the training of models, unless a factor's boundary says so. Water is " +
        "consumption, on the site and in making the electricity.",
    },
  ];
  if (overall.statements) {
    statements.push({
      title: "Stated against estimated",
      text:
        "Where a provider stated the energy of a request, that energy, completed to the meter of the facility where its " +
        "boundary ends before, is divided by what the factors say of the same reported tokens: 1 is agreement, above it " +
        "the factors are too low. Ratios are known to half a per cent. Requests that could not be compared are counted " +
        "beside them, with the reason.",
    });
  }
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

/** The share of hardware where the method splits it off; empty where it nowhere does. */
function hardwareText({ overall: { impacts } }: Report): string {
  const shares = (["co2eGrams", "abioticDepletionGramsSbEq"] as const).flatMap((criterion) => {
    const { usage, embodied } = impacts[criterion]?.phases ?? {};
    if (embodied === undefined) return [];
    const share = formatShare(embodied.central / (embodied.central + (usage?.central ?? 0)));
    return [`${share} of ${criterion === "co2eGrams" ? "greenhouse gases" : "minerals"}`];
  });
  if (shares.length === 0) return "";
  return `Where the method splits it off, making hardware is ${shares.join(" and ")} of this period. `;
}

function proxyText({ overall: { evidence } }: Report): string {
  const grams = Object.values(evidence).reduce((sum, { co2eGrams }) => sum + co2eGrams, 0);
  const share = grams > 0 ? (evidence.proxy?.co2eGrams ?? 0) / grams : 0;
  const rule =
    "A model that nobody has published a figure of takes those of a named proxy, its nearest sibling or the median of " +
    "large models, with a range that holds all of them: unknown is never cheaper than known.";
  return `${rule} ${formatShare(share)} of CO2e rests on proxies.`;
}
