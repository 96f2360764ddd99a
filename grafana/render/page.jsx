// Draws one of the committed dashboards with Grafana's own components, from a real Prometheus.
import {
  createDataFrame,
  createTheme,
  dateTime,
  FieldColorModeId,
  FieldType,
  getDisplayProcessor,
  renderMarkdown,
  ThemeContext,
} from "@grafana/data";
import {
  BarGauge,
  BigValue,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  GlobalStyles,
  PanelChrome,
  TimeSeries,
} from "@grafana/ui";
import { createRoot } from "react-dom/client";
import { Heatmap } from "./heatmap.jsx";
import { Rows } from "./rows.jsx";

const parameters = new URLSearchParams(location.search);
const END = Number(parameters.get("end"));
const START = Number(parameters.get("start"));
const WIDTH = 1480;
const CELL = { width: WIDTH / 24, height: 38 };
const theme = createTheme({ colors: { mode: "light" } });

const secondsOf = (interval) => Number.parseInt(interval) * { m: 60, h: 3600 }[interval.at(-1)];

/** As Grafana chooses it: about one point per pixel, no finer than the panel allows. */
function stepOf(panel, width) {
  const fitting = (END - START) / width;
  const steps = [60, 300, 900, 1800, 3600, 7200, 10800];
  const floor = Math.max(panel.interval ? secondsOf(panel.interval) : 0, 3600);
  return Math.max(floor, steps.find((step) => step >= fitting) ?? 10800);
}

function substituted(expr, step) {
  return expr
    .replaceAll("$__rate_interval", `${Math.max(step + 15, 5400)}s`)
    .replaceAll("$__range", `${END - START}s`)
    .replaceAll(/\$[a-z]+/g, ".*");
}

async function ask(path, query) {
  const answer = await (await fetch(path, { method: "POST", body: new URLSearchParams(query) })).json();
  if (answer.status !== "success") throw new Error(`${query.query}: ${answer.error}`);
  return answer.data.result;
}

const legend = (format, metric) =>
  format.replaceAll(/\{\{(\w+)\}\}/g, (_, label) => metric[label] ?? "").trim() || "all";

async function answers(panel, step) {
  return Promise.all(
    (panel.targets ?? []).map(async (target) => {
      const query = substituted(target.expr, step);
      const result = target.instant
        ? await ask("/api/v1/query", { query, time: END })
        : await ask("/api/v1/query_range", { query, start: Math.ceil(START / step) * step, end: END, step });
      return { target, result };
    }),
  );
}

function overridesFor(panel, name) {
  const custom = {};
  for (const { matcher, properties } of panel.fieldConfig?.overrides ?? []) {
    if (matcher.id === "byName" && matcher.options === name)
      for (const { id, value } of properties) custom[id.replace("custom.", "")] = value;
  }
  return custom;
}

function display(panel, unit = panel.fieldConfig?.defaults.unit, decimals = panel.fieldConfig?.defaults.decimals) {
  const { thresholds } = panel.fieldConfig?.defaults ?? {};
  const config = { unit, decimals, thresholds, color: { mode: FieldColorModeId.Fixed, fixedColor: "text" } };
  return getDisplayProcessor({ field: { type: FieldType.number, config }, theme, timeZone: "utc" });
}

function framesOf(panel, found) {
  const { unit, color, custom, thresholds } = panel.fieldConfig.defaults;
  const frames = [];
  for (const { target, result } of found) {
    for (const { metric, values } of result) {
      const name = legend(target.legendFormat, metric);
      const config = {
        unit,
        min: 0,
        displayName: name,
        color,
        thresholds,
        custom: { ...custom, ...overridesFor(panel, name), spanNulls: false },
      };
      const byTime = new Map(values.map(([time, value]) => [time, Number(value)]));
      const times = found.times;
      frames.push({
        refId: `${target.refId}${name}`,
        length: times.length,
        fields: [
          { name: "Time", type: FieldType.time, config: {}, values: times.map((time) => time * 1000) },
          {
            name,
            type: FieldType.number,
            config,
            values: times.map((time) => byTime.get(time) ?? null),
            state: { displayName: name },
          },
        ],
      });
    }
  }
  return frames.sort((one, other) => (one.fields[1].name < other.fields[1].name ? -1 : 1));
}

function TimeSeriesPanel({ panel, found, width, height }) {
  const frames = framesOf(panel, found);
  frames.forEach((frame, index) => {
    const field = frame.fields[1];
    field.state.seriesIndex = index;
    field.display = getDisplayProcessor({ field, theme, timeZone: "utc" });
  });
  if (frames.length === 0) return <Empty panel={panel} />;
  const range = { from: dateTime(START * 1000), to: dateTime(END * 1000), raw: { from: "now/M", to: "now" } };
  return (
    <TimeSeries
      frames={frames.map((frame) => createDataFrameWithState(frame))}
      structureRev={1}
      timeRange={range}
      timeZone="utc"
      width={width}
      height={height}
      legend={panel.options.legend}
    />
  );
}

function createDataFrameWithState(frame) {
  const made = createDataFrame(frame);
  made.fields.forEach((field, index) =>
    Object.assign(field, {
      state: frame.fields[index].state,
      display: frame.fields[index].display ?? getDisplayProcessor({ field, theme, timeZone: "utc" }),
    }),
  );
  return made;
}

const Empty = ({ panel }) => (
  <div style={{ display: "grid", placeItems: "center", height: "100%", color: theme.colors.text.secondary }}>
    {panel.fieldConfig?.defaults.noValue ?? "no data"}
  </div>
);

function sparklineOf(course) {
  const values = course.map(([, value]) => Number(value));
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const state = { range: { min, max, delta: max - min } };
  return {
    x: { name: "Time", type: FieldType.time, config: {}, values: course.map(([time]) => time * 1000) },
    y: { name: "course", type: FieldType.number, config: {}, values, state },
  };
}

function StatPanel({ panel, found, width, height }) {
  const values = found.flatMap(({ target, result }) =>
    result.slice(0, 1).map(({ metric, value, values: course }) => ({
      title: legend(target.legendFormat, metric),
      number: Number((value ?? course.at(-1))[1]),
      course,
    })),
  );
  if (values.length === 0) return <Empty panel={panel} />;
  const show = (title, number) => {
    const { unit, decimals } = overridesFor(panel, title);
    return display(panel, unit, decimals)(number);
  };
  const many = panel.targets.length > 1;
  return (
    <div style={{ display: "flex", flexDirection: panel.gridPos.h > panel.gridPos.w ? "column" : "row" }}>
      {values.map(({ title, number, course }) => (
        <BigValue
          key={title}
          value={{ ...show(title, number), title: many ? title : undefined, color: theme.colors.text.primary }}
          width={panel.gridPos.h > panel.gridPos.w ? width : width / values.length}
          height={panel.gridPos.h > panel.gridPos.w ? height / values.length : height}
          colorMode={BigValueColorMode.None}
          graphMode={course ? BigValueGraphMode.Area : BigValueGraphMode.None}
          sparkline={course && sparklineOf(course)}
          justifyMode={BigValueJustifyMode.Auto}
          textMode={many ? BigValueTextMode.ValueAndName : BigValueTextMode.Value}
          theme={theme}
        />
      ))}
    </div>
  );
}

function BarGaugePanel({ panel, found, width, height }) {
  const bars = found.flatMap(({ target, result }) =>
    result.map(({ metric, value }) => ({ title: legend(target.legendFormat, metric), number: Number(value[1]) })),
  );
  if (bars.length === 0) return <Empty panel={panel} />;
  const { unit, thresholds } = panel.fieldConfig.defaults;
  const config = { unit, thresholds, min: 0, max: 1, color: { mode: "thresholds" } };
  const show = getDisplayProcessor({ field: { type: FieldType.number, config }, theme });
  return bars.map(({ title, number }) => (
    <BarGauge
      key={title}
      theme={theme}
      width={width}
      height={Math.min(56, height / bars.length)}
      orientation="horizontal"
      displayMode="basic"
      field={config}
      display={show}
      value={{ ...show(number), title }}
      text={panel.options.text}
      showUnfilled
    />
  ));
}

const KINDS = {
  timeseries: TimeSeriesPanel,
  stat: StatPanel,
  bargauge: BarGaugePanel,
  table: (properties) => <Rows {...properties} theme={theme} display={display} overridesFor={overridesFor} />,
  heatmap: (properties) => <Heatmap {...properties} theme={theme} display={display(properties.panel)} />,
  text: ({ panel }) => (
    <div className="markdown-html" dangerouslySetInnerHTML={{ __html: renderMarkdown(panel.options.content) }} />
  ),
};

function Panel({ panel, found }) {
  const { x, y, w, h } = panel.gridPos;
  const place = {
    position: "absolute",
    left: x * CELL.width,
    top: y * CELL.height,
    width: w * CELL.width - 8,
    height: h * CELL.height - 8,
  };
  if (panel.type === "row")
    return <h4 style={{ ...place, paddingTop: 8, margin: 0, fontWeight: 500 }}>{panel.title}</h4>;
  const Kind = KINDS[panel.type] ?? Empty;
  return (
    <div style={place}>
      <PanelChrome title={panel.title} width={place.width} height={place.height}>
        {(width, height) => <Kind panel={panel} found={found} width={width} height={height} />}
      </PanelChrome>
    </div>
  );
}

const dashboard = await (await fetch(`/dashboards/${parameters.get("dashboard")}.json`)).json();
const bottom = Math.max(...dashboard.panels.map(({ gridPos: { y, h } }) => y + h));
const loaded = await Promise.all(
  dashboard.panels.map(async (panel) => {
    const step = stepOf(panel, panel.gridPos.w * CELL.width);
    const found = await answers(panel, step);
    found.times = Array.from(
      { length: Math.floor((END - Math.ceil(START / step) * step) / step) + 1 },
      (_, index) => Math.ceil(START / step) * step + index * step,
    );
    return { panel, found };
  }),
);

createRoot(document.getElementById("root")).render(
  <ThemeContext.Provider value={theme}>
    <GlobalStyles />
    <div
      style={{
        width: WIDTH,
        padding: "16px 16px 8px",
        background: theme.colors.background.canvas,
        fontFamily: theme.typography.fontFamily,
      }}
    >
      <h2 style={{ margin: "0 0 12px", fontWeight: 500 }}>{dashboard.title}</h2>
      <div style={{ position: "relative", height: bottom * CELL.height }}>
        {loaded.map(({ panel, found }) => (
          <Panel key={panel.id} panel={panel} found={found} />
        ))}
      </div>
    </div>
  </ThemeContext.Provider>,
);
document.title = `height ${bottom * CELL.height + 80}`;
