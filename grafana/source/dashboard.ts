import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
  type AnnotationQuery,
  type Dashboard,
  type Panel,
} from "@grafana/grafana-foundation-sdk/dashboard";

import { METRICS } from "../../src/metrics/metrics.ts";
import { LIVE_PAGE } from "./links.ts";

const TAG = "llm-footprint";

export interface DashboardText {
  /** Stands in links and must never change. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Where the time shown begins by default, as Grafana writes it. @default the month so far */
  readonly from?: string;
}

/** A dashboard with links to its siblings. */
export function dashboard(
  { uid, title, description, from = "now/M" }: DashboardText,
  variables: readonly QueryVariableBuilder[],
  panels: readonly (Builder<Panel> | RowBuilder)[],
): Dashboard {
  const builder = new DashboardBuilder(`LLM footprint / ${title}`)
    .uid(uid)
    .description(description)
    .tags([TAG])
    .timezone("utc")
    .time({ from, to: "now" })
    .refresh("1m")
    .editable()
    .tooltip(DashboardCursorSync.Crosshair)
    .annotations([
      annotation("Factors", "orange", METRICS.factors.name, "catalogue_version"),
      annotation("Releases", "blue", METRICS.build.name, "version"),
    ])
    .link(
      new DashboardLinkBuilder("LLM footprint")
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(true)
        .keepTime(true)
        .includeVars(true),
    )
    .withVariable(new DatasourceVariableBuilder("datasource").label("Data source").type("prometheus"));
  for (const variable of variables) builder.withVariable(variable);
  builder.withVariable(
    new TextBoxVariableBuilder(LIVE_PAGE)
      .label("Live page")
      .description("Where links to single requests lead: the address of an application's live page.")
      .defaultValue("http://localhost:3000/footprint/"),
  );
  for (const panel of panels) {
    if (panel instanceof RowBuilder) builder.withRow(panel);
    else builder.withPanel(panel);
  }
  return numbered(builder.build());
}

/** A variable with the values that a label has; all of them by default. */
export const filter = (name: string, label: string, of: string = METRICS.requests.name): QueryVariableBuilder =>
  new QueryVariableBuilder(name)
    .label(label)
    .datasource({ type: "prometheus", uid: "${datasource}" })
    .query({ query: `label_values(${of}, ${name})`, refId: name })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue(".*")
    .current({ text: ["All"], value: ["$__all"] });

/** A mark where a version is seen that was not seen before: figures on its two sides may differ. */
const annotation = (name: string, color: string, metric: string, label: string): Builder<AnnotationQuery> =>
  new AnnotationQueryBuilder()
    .name(name)
    .enable(true)
    .iconColor(color)
    .datasource({ type: "prometheus", uid: "${datasource}" })
    .expr(`count by (${label}) (${metric}) unless count by (${label}) (${metric} offset 10m)`);

/** The SDK leaves out what Grafana's own editor would fill in: panel ids and query letters. */
function numbered(built: Dashboard): Dashboard {
  built.panels?.forEach((panel, index) => {
    panel.id = index + 1;
    if (!("targets" in panel)) return;
    panel.targets.forEach((target, position) => {
      const { refId = String.fromCharCode(65 + position) } = target as { refId?: string };
      Object.assign(target, { refId, datasource: panel.datasource });
    });
  });
  return built;
}
