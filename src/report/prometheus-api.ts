import { array, literal, number, object, parse, record, string, tuple } from "valibot";

import { ConfigurationError, shown } from "../model/errors.ts";

export interface PrometheusServer {
  /** The base address of a server that speaks Prometheus' HTTP API: Prometheus, Mimir, Thanos, VictoriaMetrics. */
  readonly url: string;
  /** Sent with each query, such as `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Sample {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const labels = record(string(), string());
const point = tuple([number(), string()]);
const vector = object({
  status: literal("success"),
  data: object({ resultType: literal("vector"), result: array(object({ metric: labels, value: point })) }),
});
const matrix = object({
  status: literal("success"),
  data: object({ resultType: literal("matrix"), result: array(object({ metric: labels, values: array(point) })) }),
});

/** Evaluates a PromQL expression at one moment. @throws ConfigurationError when the server cannot be asked */
export async function queryAt(server: PrometheusServer, expression: string, time: Date): Promise<Sample[]> {
  const body = await askPrometheus(server, "query", { query: expression, time: seconds(time) });
  return parse(vector, body).data.result.map(({ metric, value }) => sample(metric, value));
}

/** Evaluates a PromQL expression at `from`, and then every `stepSeconds` up to and including `to`. */
export async function queryRange(
  server: PrometheusServer,
  expression: string,
  from: Date,
  to: Date,
  stepSeconds: number,
): Promise<Sample[]> {
  const parameters = { query: expression, start: seconds(from), end: seconds(to), step: String(stepSeconds) };
  const body = await askPrometheus(server, "query_range", parameters);
  return parse(matrix, body).data.result.flatMap(({ metric, values }) => values.map((value) => sample(metric, value)));
}

const seconds = (time: Date): string => String(time.getTime() / 1000);

const sample = (labels: Record<string, string>, [time, value]: [number, string]): Sample => ({
  time: Math.round(time * 1000),
  labels,
  value: Number(value),
});

/** The answer of one of the API's endpoints, as JSON. @throws ConfigurationError when the server cannot be asked */
export async function askPrometheus(
  server: PrometheusServer,
  path: string,
  parameters: Record<string, string>,
): Promise<unknown> {
  const url = `${server.url.replace(/\/+$/, "")}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`;
  let response: Response;
  try {
    response = await fetch(url, server.headers && { headers: server.headers });
  } catch (cause) {
    throw new ConfigurationError("--prometheus", `${shown(server.url)} does not answer`, "Check the address.", {
      cause,
    });
  }
  if (!response.ok) {
    const text = (await response.text()).slice(0, 200);
    throw new ConfigurationError(
      "--prometheus",
      `${shown(server.url)} answered ${response.status}: ${shown(text)}`,
      "Give the base address of a server with Prometheus' HTTP API.",
    );
  }
  return response.json();
}
