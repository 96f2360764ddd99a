import * as common from "@grafana/grafana-foundation-sdk/common";
import {
  FieldColorBuilder,
  FieldColorModeId,
  RowBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from "@grafana/grafana-foundation-sdk/dashboard";
import * as bargauge from "@grafana/grafana-foundation-sdk/bargauge";
import * as heatmap from "@grafana/grafana-foundation-sdk/heatmap";
import { PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import * as statetimeline from "@grafana/grafana-foundation-sdk/statetimeline";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as textPanel from "@grafana/grafana-foundation-sdk/text";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";

import { linksOf } from "./links.ts";
import {
  framed,
  instantQuery,
  measured,
  NO_DATA,
  plainColor,
  rangeQuery,
  seriesColors,
  UNITS,
  type PanelText,
  type Query,
  type Size,
  type Unit,
} from "./panel-frame.ts";

export const row = (title: string): RowBuilder => new RowBuilder(title);

/** Big numbers of the time that the dashboard shows; where `hasCourse`, with a small line of how they came about. */
export function numbers(
  text: PanelText,
  size: Size,
  unit: Unit,
  queries: readonly Query[],
  decimals?: number,
): stat.PanelBuilder {
  const panel = measured(framed(new stat.PanelBuilder(), text, size), unit)
    .targets(queries.map((query) => (query.hasCourse ? rangeQuery(query) : instantQuery(query))))
    .colorScheme(plainColor())
    .graphMode(
      queries.some(({ hasCourse }) => hasCourse) ? common.BigValueGraphMode.Area : common.BigValueGraphMode.None,
    )
    .colorMode(common.BigValueColorMode.None)
    .textMode(queries.length > 1 ? common.BigValueTextMode.ValueAndName : common.BigValueTextMode.Value)
    .orientation(common.VizOrientation.Vertical)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]));
  return decimals === undefined ? panel : panel.decimals(decimals);
}

/** Lines over time; `stacked` for parts of a whole. */
export function overTime(
  text: PanelText,
  size: Size,
  unit: Unit,
  queries: readonly Query[],
  style: "lines" | "stacked" = "lines",
): timeseries.PanelBuilder {
  const panel = measured(framed(new timeseries.PanelBuilder(), text, size), unit)
    .targets(queries.map(rangeQuery))
    .colorScheme(seriesColors())
    .min(0)
    .interval(style === "stacked" ? "1h" : "1m")
    .lineWidth(style === "stacked" ? 0 : 2)
    .fillOpacity(style === "stacked" ? 70 : 0)
    .showPoints(common.VisibilityMode.Never)
    .axisBorderShow(false)
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .calcs(["mean", "lastNotNull"]),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
    );
  if (style === "lines") return panel;
  return panel
    .drawStyle(common.GraphDrawStyle.Bars)
    .stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
}

/** A line across the panel, where an alert comes: in sight however far away it is. */
export const withAlertLine = (panel: timeseries.PanelBuilder, value: number): timeseries.PanelBuilder =>
  panel
    .axisSoftMax(value * 1.1)
    .thresholds(
      new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
        { value: null, color: "transparent" },
        { value, color: "red" },
      ]),
    )
    .thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Line));

/** Colours of a number from which on something should be done. */
export const withThreshold = (
  panel: stat.PanelBuilder,
  steps: readonly { readonly value: number | null; readonly color: string }[],
): stat.PanelBuilder =>
  panel
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .colorMode(common.BigValueColorMode.Value)
    .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([...steps]));

/** A central line within the band from low to high. The names are those of the queries. */
export function band(
  text: PanelText,
  size: Size,
  unit: Unit,
  central: Query,
  low: Query,
  high: Query,
): timeseries.PanelBuilder {
  const faint = { id: "custom.lineWidth", value: 0 };
  return overTime(text, size, unit, [central, low, high])
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor("blue"))
    .overrideByName(low.name, [faint])
    .overrideByName(high.name, [
      faint,
      { id: "custom.fillBelowTo", value: low.name },
      { id: "custom.fillOpacity", value: 18 },
    ]);
}

export interface Column extends Query {
  readonly unit: Unit;
}

/** One row per combination of labels, one column per query; sorted by the first query. */
export function rows(
  text: PanelText,
  size: Size,
  labels: readonly string[],
  columns: readonly Column[],
): table.PanelBuilder {
  const letters = columns.map((_, index) => String.fromCharCode(65 + index));
  const valueName = (index: number) => (columns.length > 1 ? `Value #${letters[index]!}` : "Value");
  const order = [...labels, ...columns.map((_, index) => valueName(index))];
  const panel = measured(framed(new table.PanelBuilder(), text, size), UNITS.count)
    .colorScheme(plainColor())
    .filterable(true)
    .targets(columns.map((column, index) => instantQuery(column).format(PromQueryFormat.Table).refId(letters[index]!)))
    .withTransformation({ id: "merge", options: {} })
    .withTransformation({ id: "filterFieldsByName", options: { include: { names: order } } })
    .withTransformation({
      id: "organize",
      options: {
        indexByName: Object.fromEntries(order.map((name, index) => [name, index])),
        renameByName: Object.fromEntries(columns.map(({ name }, index) => [valueName(index), name])),
      },
    })
    .sortBy([new common.TableSortByFieldStateBuilder().displayName(columns[0]!.name).desc(true)]);
  for (const { name, unit } of columns) panel.overrideByName(name, [{ id: "unit", value: unit }]);
  return linked(panel, labels);
}

/** Labels as a table, for metrics whose value says nothing. */
export function facts(text: PanelText, size: Size, labels: readonly string[], expr: string): table.PanelBuilder {
  const panel = measured(framed(new table.PanelBuilder(), text, size), UNITS.count)
    .colorScheme(plainColor())
    .targets([instantQuery({ expr, name: "" }).format(PromQueryFormat.Table)])
    .withTransformation({ id: "filterFieldsByName", options: { include: { names: labels } } })
    .withTransformation({
      id: "organize",
      options: { indexByName: Object.fromEntries(labels.map((name, index) => [name, index])) },
    });
  return linked(panel, labels);
}

/** From a label's values to what else is shown of them. */
function linked(panel: table.PanelBuilder, labels: readonly string[]): table.PanelBuilder {
  for (const label of labels) {
    const value = linksOf(label);
    if (value.length > 0) panel.overrideByName(label, [{ id: "links", value }]);
  }
  return panel;
}

/** How often which size occurred; needs buckets summed by `le`. */
export function distribution(text: PanelText, size: Size, unit: Unit, expr: string): heatmap.PanelBuilder {
  return framed(new heatmap.PanelBuilder(), text, size)
    .noValue(NO_DATA)
    .unit(unit)
    .interval("1h")
    .targets([rangeQuery({ expr, name: "{{le}}" }).format(PromQueryFormat.Heatmap)])
    .calculate(false)
    .color(new heatmap.HeatmapColorOptionsBuilder().mode(heatmap.HeatmapColorMode.Scheme).scheme("Blues").steps(32))
    .yAxis(new heatmap.YAxisConfigBuilder().unit(unit));
}

/** A bar per series, from nothing to the whole. */
export function bars(
  text: PanelText,
  size: Size,
  thresholds: ThresholdsConfigBuilder,
  query: Query,
): bargauge.PanelBuilder {
  return framed(new bargauge.PanelBuilder(), text, size)
    .unit(UNITS.share)
    .noValue(NO_DATA)
    .min(0)
    .max(1)
    .thresholds(thresholds)
    .targets([instantQuery(query)])
    .orientation(common.VizOrientation.Horizontal)
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .text(new common.VizTextDisplayOptionsBuilder().titleSize(14).valueSize(16))
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]));
}

/** When what was the case. */
export function states(text: PanelText, size: Size, query: Query): statetimeline.PanelBuilder {
  return measured(framed(new statetimeline.PanelBuilder(), text, size), UNITS.times)
    .noValue("nothing to report")
    .targets([rangeQuery(query)])
    .showValue(common.VisibilityMode.Never)
    .legend(new common.VizLegendOptionsBuilder().showLegend(false))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor("orange"));
}

export const words = (text: PanelText, size: Size, markdown: string): textPanel.PanelBuilder =>
  framed(new textPanel.PanelBuilder(), text, size).mode(textPanel.TextMode.Markdown).content(markdown);
