/** One line of an exposition. */
export interface MetricLine {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPES: Readonly<Record<string, string>> = { "\\n": "\n", '\\"': '"', "\\\\": "\\" };

/** Reads Prometheus' text format or OpenMetrics; lines of other shapes are left out. */
export function readMetrics(text: string): MetricLine[] {
  return text.split("\n").flatMap((line) => {
    const [, name, labelText = "", value] = LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) return [];
    const labels = Array.from(labelText.matchAll(LABEL), ([, label, escaped]) => [
      label!,
      escaped!.replaceAll(/\\[n"\\]/g, (escape) => ESCAPES[escape]!),
    ]);
    return [{ name, labels: Object.fromEntries(labels) as Record<string, string>, value: Number(value) }];
  });
}
