import type { Labels } from "../../model/request.ts";
import type { Exported, Sample } from "../../metrics/samples.ts";

export type ExpositionFormat = "text" | "openmetrics";

export const CONTENT_TYPES: Readonly<Record<ExpositionFormat, string>> = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** In characters: enough to make each write worth its cost, little enough to keep memory flat. */
const PIECE_LENGTH = 16_384;

/**
 * The text of an exposition, in pieces of about 16 KiB, so that its size never stands in memory and other
 * work gets its turn between pieces.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function* exposition(metrics: readonly Exported[], format: ExpositionFormat): Generator<string, void, void> {
  const labelText = labelWriter();
  let text = "";
  for (const { definition, samples } of metrics) {
    const { name, type, unit } = definition;
    const family = format === "openmetrics" && type === "counter" ? name.replace(/_total$/, "") : name;
    text += `# HELP ${family} ${escapeHelp(definition.help)}\n# TYPE ${family} ${type}\n`;
    if (format === "openmetrics" && unit !== undefined) text += `# UNIT ${family} ${unit}\n`;
    if (text.length >= PIECE_LENGTH) {
      yield text;
      text = "";
    }
    for (const sample of samples()) {
      text += `${sample.metricName ?? name}${labelText(sample)} ${sample.value}\n`;
      if (text.length >= PIECE_LENGTH) {
        yield text;
        text = "";
      }
    }
  }
  yield format === "openmetrics" ? `${text}# EOF\n` : text;
}

/** Writes the labels of samples; what many lines have in common is written once. */
function labelWriter(): (sample: Sample) => string {
  const written = new Map<Labels, string>();
  const write = (labels: Labels): string => {
    let text = written.get(labels);
    if (text === undefined) {
      text = Object.entries(labels)
        .map(([name, value]) => `${name}="${escapeLabelValue(value)}"`)
        .join(",");
      written.set(labels, text);
    }
    return text;
  };
  return ({ labels, sharedLabels }) => {
    const own = write(labels);
    const shared = write(sharedLabels);
    if (own === "" && shared === "") return "";
    return own === "" || shared === "" ? `{${own}${shared}}` : `{${shared},${own}}`;
  };
}

const escapeHelp = (help: string): string => help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");

const escapeLabelValue = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
