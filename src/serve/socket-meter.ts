import type { Labels, Outcome } from "../model/request.ts";
import type { Usage } from "../model/usage.ts";
import type { UsageReport } from "../records/usage-report.ts";
import { liveUsage } from "../wire/gemini/live.ts";
import { isObject, parsed, stringAt, type JsonObject } from "../wire/json.ts";
import { realtimeResponse } from "../wire/openai/realtime.ts";
import { destinationOf } from "../wire/hosts.ts";

/** Sees the messages that come down a socket. Never throws. */
export interface SocketMeter {
  message(data: Buffer, isBinary: boolean): void;
}

export interface SocketMeterOptions {
  /** The upstream's provider where it is configured. */
  readonly provider: string | undefined;
  readonly zone: string | undefined;
  /** The socket's URL at the upstream. */
  readonly url: URL;
  readonly labels: Labels;
  readonly record: (report: UsageReport) => unknown;
}

/** Counts each turn of a realtime socket as a request: OpenAI's `response.done`, Gemini Live's `usageMetadata`. */
export function socketMeter({ provider, zone, url, labels, record }: SocketMeterOptions): SocketMeter {
  const known = provider ?? destinationOf(url.host, url.pathname).provider ?? "unknown";
  const modelOfUrl = url.searchParams.get("model");
  /** Gemini names the model in its set-up, which goes up; its answers do not repeat it. */
  const report = (model: string | undefined, usage: Usage | undefined, outcome: Outcome): void => {
    record({
      provider: known,
      model: model ?? modelOfUrl ?? "unknown",
      operation: "realtime",
      endpoint: url.host,
      outcome,
      labels,
      ...(usage && { usage }),
      ...(zone !== undefined && { zone }),
    });
  };
  return {
    message(data) {
      const event = jsonOf(data);
      if (!event) return;
      const response = realtimeResponse(event);
      if (response) {
        const outcome = OUTCOMES[response.status ?? ""] ?? "completed";
        report(response.model, response.usage, outcome);
        return;
      }
      const usage = liveUsage(event);
      if (usage) report(stringAt(event, "modelVersion"), usage, "completed");
    },
  };
}

const OUTCOMES: Readonly<Record<string, Outcome>> = { failed: "failed", cancelled: "abandoned" };

/** Most messages are audio, many times a second: only those that can state usage are parsed. */
function jsonOf(data: Buffer): JsonObject | undefined {
  if (!data.includes("response.done") && !data.includes("usageMetadata")) return undefined;
  const value = parsed(data.toString("utf8"));
  return isObject(value) ? value : undefined;
}
