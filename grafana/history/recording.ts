/** How far apart the history's samples are, in milliseconds. Longer than Prometheus looks back by itself, see {@link LOOKBACK}. */
export const STEP = 1_800_000;

/** To be given to Prometheus as `--query.lookback-delta`, so that it joins the history's samples. */
export const LOOKBACK = "31m";

export const TARGET = 'job="history",instance="history:9464"';

/** Values by time, beginning with the step in which the series was first seen. */
interface Series {
  readonly times: number[];
  readonly values: number[];
}

/** Samples of many series, kept together by series as the format wants it. */
export class Recording {
  readonly #families = new Map<string, { readonly type: string; readonly series: Map<string, Series> }>();

  /** Takes what a scrape has found. */
  scrape(time: number, text: string): void {
    let family = { type: "", series: new Map<string, Series>() };
    for (const line of text.split("\n")) {
      if (line.startsWith("# TYPE ")) {
        const [, , name, type] = line.split(" ");
        family = this.#family(name!, type!);
      } else if (line !== "" && !line.startsWith("#")) {
        const space = line.lastIndexOf(" ");
        const brace = line.indexOf("{");
        const name = brace < 0 ? line.slice(0, space) : line.slice(0, brace);
        const labels = brace < 0 ? TARGET : `${TARGET},${line.slice(brace + 1, space - 1)}`;
        append(family.series, `${name}{${labels}}`, time, Number(line.slice(space + 1)));
      }
    }
  }

  gauge(time: number, name: string, labels: string, value: number): void {
    append(this.#family(name, "gauge").series, `${name}${labels}`, time, value);
  }

  /** The whole as OpenMetrics, a series at a time. */
  *openMetrics(): Generator<string> {
    for (const [name, { type, series }] of this.#families) {
      if (series.size === 0) continue;
      yield `# TYPE ${type === "counter" ? name.replace(/_total$/, "") : name} ${type}\n`;
      for (const [id, { times, values }] of series) {
        yield times.map((time, index) => `${id} ${values[index]!} ${time / 1000}\n`).join("");
      }
    }
    yield "# EOF\n";
  }

  #family(name: string, type: string) {
    let family = this.#families.get(name);
    if (!family) this.#families.set(name, (family = { type, series: new Map<string, Series>() }));
    return family;
  }
}

function append(all: Map<string, Series>, id: string, time: number, value: number): void {
  let series = all.get(id);
  if (!series) all.set(id, (series = { times: [], values: [] }));
  series.times.push(time);
  series.values.push(value);
}
