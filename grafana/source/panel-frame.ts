import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import {
  FieldColorBuilder,
  FieldColorModeId,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type Panel,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";

/** What every panel says of itself. */
export interface PanelText {
  readonly title: string;
  /** What is shown, with the formula in words. */
  readonly description: string;
}

export interface Size {
  /** Of 24 columns. */
  readonly width: number;
  /** In grid rows of 30 pixels. */
  readonly height: number;
}

export interface Query {
  readonly expr: string;
  /** The name in the legend; `{{label}}` is replaced. */
  readonly name: string;
  /** For a number: asked for over time, to be shown with its course. Costs as many evaluations as it has points. */
  readonly hasCourse?: boolean;
}

/** Grafana's units; it scales them itself (mg, g, kg; mL, L). */
export const UNITS = {
  grams: "massg",
  litres: "litre",
  joules: "joule",
  wattHours: "watth",
  share: "percentunit",
  count: "short",
  seconds: "s",
  times: "none",
  since: "dateTimeFromNow",
} as const;
export type Unit = (typeof UNITS)[keyof typeof UNITS];

const DATASOURCE = { type: "prometheus", uid: "${datasource}" };

export const NO_DATA = "no data yet";

export const rangeQuery = ({ expr, name }: Query): DataqueryBuilder =>
  new DataqueryBuilder().expr(expr).legendFormat(name).range();

export const instantQuery = ({ expr, name }: Query): DataqueryBuilder =>
  new DataqueryBuilder().expr(expr).legendFormat(name).instant();

export const plainColor = () => new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor("text");
export const seriesColors = () => new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic);

/** Colours of a share of a budget. Elsewhere nothing is good or bad by itself, and nothing is coloured so. */
export const budgetThresholds = (nearly: number, exhausted: number) =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
    { value: null, color: "blue" },
    { value: nearly, color: "orange" },
    { value: exhausted, color: "red" },
  ]);

const plainThresholds = () =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([{ value: null, color: "text" }]);

/** What is common to the builders of all kinds of panel. */
interface AnyPanelBuilder<Self> extends Builder<Panel> {
  title(title: string): Self;
  description(description: string): Self;
  span(width: number): Self;
  height(height: number): Self;
  datasource(datasource: { type: string; uid: string }): Self;
  targets(targets: Builder<Dataquery>[]): Self;
}

interface AnyFieldBuilder<Self> extends AnyPanelBuilder<Self> {
  unit(unit: string): Self;
  noValue(text: string): Self;
  thresholds(thresholds: ThresholdsConfigBuilder): Self;
}

export const framed = <Panel extends AnyPanelBuilder<Panel>>(
  panel: Panel,
  { title, description }: PanelText,
  size: Size,
): Panel => panel.title(title).description(description).span(size.width).height(size.height).datasource(DATASOURCE);

export const measured = <Panel extends AnyFieldBuilder<Panel>>(panel: Panel, unit: Unit): Panel =>
  panel.unit(unit).noValue(NO_DATA).thresholds(plainThresholds());
