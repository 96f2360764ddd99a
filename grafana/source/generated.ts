import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

import { writeYaml } from "../../src/lazy/yaml.ts";
import { ALERTING_RULES } from "./alerts.ts";
import { budgets } from "./budgets.ts";
import { meterHealth } from "./meter-health.ts";
import { overview } from "./overview.ts";
import { RECORDING_RULES } from "./recording-rules.ts";

const NOTICE = "# Generated from grafana/source; change it there and run `npm run generate`.\n";

const yaml = (content: unknown): string => NOTICE + writeYaml(content);

export const dashboards = (): readonly Dashboard[] => [overview(), budgets(), meterHealth()];

/** Every generated file: its path below `grafana/`, and its text. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ["rules/recording.yaml", yaml({ groups: RECORDING_RULES })],
    ["rules/alerts.yaml", yaml({ groups: ALERTING_RULES })],
    ...dashboards().map((dashboard): [string, string] => [
      `dashboards/${dashboard.uid!}.json`,
      `${JSON.stringify(dashboard, undefined, 2)}\n`,
    ]),
  ]);
}
