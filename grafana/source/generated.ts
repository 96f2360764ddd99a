import { stringify } from "yaml";
import { ALERTING_RULES } from "./alerts.ts";
import { RECORDING_RULES } from "./recording-rules.ts";

const NOTICE = "# Generated from grafana/source; change it there and run `npm run grafana`.\n";

const yaml = (content: unknown): string => NOTICE + stringify(content, { lineWidth: 0 });

/** Every generated file: its path below `grafana/`, and its text. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ["rules/recording.yaml", yaml({ groups: RECORDING_RULES })],
    ["rules/alerts.yaml", yaml({ groups: ALERTING_RULES })],
  ]);
}
