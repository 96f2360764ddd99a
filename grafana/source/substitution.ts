/** What stands for Grafana's variables when an expression is run without Grafana. */
export interface TimeShown {
  readonly range: string;
  readonly rateInterval: string;
}

/** The expression as Grafana would send it, with every filter at All. */
export const substituted = (expression: string, { range, rateInterval }: TimeShown): string =>
  expression
    .replaceAll("$__rate_interval", rateInterval)
    .replaceAll("$__range", range)
    .replaceAll(/\$[a-z]+/g, ".*");
