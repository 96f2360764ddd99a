/** A link from a value in a table. Grafana fills in the value, escaped, and the time shown. */
interface DataLink {
  readonly title: string;
  readonly url: string;
}

const VALUE = "${__value.raw}";
const filteredBy = (uid: string, label: string): string =>
  `/d/${uid}?var-datasource=\${datasource}&var-${label}=${VALUE}&\${__url_time_range}`;

/** The variable with the address of an application's live page. */
export const LIVE_PAGE = "live_page";

/** Where a value of a label leads to: the dashboard of its like, and the page that derives each request. */
export function linksOf(label: string): readonly DataLink[] {
  switch (label) {
    case "team":
    case "feature":
      return [
        { title: `Overview of this ${label}`, url: filteredBy("llm-footprint-overview", label) },
        {
          title: "Its latest requests on the live page, each with its derivation",
          url: `\${${LIVE_PAGE}:raw}#label=${label}%20${VALUE}`,
        },
      ];
    case "provider":
    case "model":
      return [{ title: `Overview of this ${label}`, url: filteredBy("llm-footprint-overview", label) }];
    case "budget":
      return [{ title: "This budget alone", url: filteredBy("llm-footprint-budgets", label) }];
    default:
      return [];
  }
}
