import { contentId } from "../content-id.ts";
import { items, moment, nested, reported, text, usageOf, whole } from "../fields.ts";
import { PAST_REQUEST, readEach, type Fields, type Finding, type Notation, type RecordKind } from "../past-request.ts";
import { RejectedRecord } from "../rejected-record.ts";
import { strayEntries } from "../stray-entries.ts";

type Measure = "inputTokens" | "outputTokens" | "requests";

/** The same measure stands under two names, of Azure OpenAI and of "Models"; sums of both kinds of token are left out. */
const MEASURES: Readonly<Record<string, Measure>> = {
  processedprompttokens: "inputTokens",
  inputtokens: "inputTokens",
  generatedtokens: "outputTokens",
  outputtokens: "outputTokens",
  azureopenairequests: "requests",
  modelrequests: "requests",
};

interface Cell {
  readonly point: Fields;
  readonly dimensions: Fields;
  readonly amounts: Map<Measure, number>;
}

/** Azure Monitor's metrics of Azure OpenAI, as its REST API answers: sums per interval, deployment and model. */
export const azureMonitor: RecordKind = {
  name: "azure-monitor",
  note: "Azure Monitor counts requests in a metric of its own (AzureOpenAIRequests): where a file lacks it, each row stands for one.",
  matches: (fields) => "timespan" in fields && Array.isArray(fields["value"]),
  read(fields, notation) {
    const { cells, problems } = cellsOf(fields, notation);
    const width = intervalMilliseconds(text(fields, "interval") ?? "PT1M");
    return [
      ...problems,
      ...strayEntries(fields, ["value", "timeseries", "data"]),
      ...readEach([...cells.values()], (cell) => requestOf(cell, width, fields, notation)),
    ];
  },
};

function cellsOf(fields: Fields, notation: Notation): { cells: Map<string, Cell>; problems: Finding[] } {
  const cells = new Map<string, Cell>();
  const seen = new Set<string>();
  const problems = items(fields, "value").flatMap((metric) => {
    const name = (text(nested(metric, "name"), "value") ?? "").toLowerCase();
    const measure = MEASURES[name];
    if (measure === undefined) return [{ passedOver: "metrics that are neither tokens of one kind nor requests" }];
    return items(metric, "timeseries").flatMap((series) => {
      const dimensions = Object.fromEntries(
        items(series, "metadatavalues").map((each) => [
          (text(nested(each, "name"), "value") ?? "").toLowerCase(),
          each["value"],
        ]),
      );
      return readEach(items(series, "data"), (point) => {
        const total = whole(point, "total", notation);
        if (total === undefined || total === 0) return [];
        const key = JSON.stringify([point["timeStamp"], Object.entries(dimensions).sort()]);
        if (seen.has(`${measure} ${name} ${key}`)) throw new RejectedRecord("a metric has two values for one time");
        seen.add(`${measure} ${name} ${key}`);
        const cell = cells.get(key) ?? { point, dimensions, amounts: new Map<Measure, number>() };
        cells.set(key, cell);
        cell.amounts.set(measure, Math.max(total, cell.amounts.get(measure) ?? 0));
        return [];
      });
    });
  });
  return { cells, problems };
}

function requestOf({ point, dimensions, amounts }: Cell, width: number, fields: Fields, notation: Notation): Finding {
  const startedAtMilliseconds = moment(point, "timeStamp", notation);
  const model = text(dimensions, "modelname") ?? text(dimensions, "modeldeploymentname");
  const version = text(dimensions, "modelversion");
  return {
    ...PAST_REQUEST,
    id: contentId(
      "azure-monitor",
      startedAtMilliseconds,
      width,
      fields["resourceregion"] ?? null,
      Object.entries(dimensions).sort(),
    ),
    requests: amounts.get("requests") ?? 1,
    provider: "azure.ai.openai",
    zone: text(fields, "resourceregion"),
    operation: "chat",
    requestedModel: model !== undefined && /^\d{4}-\d\d-\d\d$/.test(version ?? "") ? `${model}-${version}` : model,
    startedAtMilliseconds,
    ...reported(usageOf({ inputTokens: amounts.get("inputTokens"), outputTokens: amounts.get("outputTokens") })),
    bucket: {
      series: "azure-monitor",
      completes: true,
      endedAtMilliseconds: startedAtMilliseconds + width,
      grouping: Object.keys(dimensions).sort(),
    },
    labelSources: [dimensions, fields],
  };
}

/** An interval in ISO 8601, such as PT1H, in milliseconds. */
function intervalMilliseconds(interval: string): number {
  const [, days = 0, hours = 0, minutes = 0] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(interval) ?? [];
  return (Number(days) * 1440 + Number(hours) * 60 + Number(minutes)) * 60_000 || 60_000;
}
