import type { JournalOrigin } from "../journal/imports/origin-reading.ts";
import { formatCount } from "./quantity.ts";

/** Kinds of record that a gateway or a tracing system wrote; the others are exports of those who served or of tools. */
const GATEWAYS = ["litellm", "helicone", "portkey", "cloudflare", "openrouter", "otel", "langfuse", "langsmith"];

/** Where requests come from, such as `1,200 read from spend.jsonl (litellm) on 2026-11-26`. */
export const originTexts = (origins: readonly JournalOrigin[]): string[] =>
  origins.map(({ file, requests }) =>
    file
      ? `${formatCount(requests)} read from ${file.name} (${file.kinds.join(", ")}) on ${file.readAt.toISOString().slice(0, 10)}`
      : `${formatCount(requests)} metered live`,
  );

/** How a period's requests were counted, as a sentence for an auditor. */
export function originSentence(origins: readonly JournalOrigin[]): string {
  const live = origins.some(({ file }) => file === undefined);
  const kinds = new Set(origins.flatMap(({ file }) => file?.kinds ?? []));
  const gateways = [...kinds].some((kind) => GATEWAYS.includes(kind));
  const parts = [
    ...(live ? ["metered at the client, with the usage that the provider stated for each"] : []),
    ...(gateways ? ["read from logs of gateways and tracing systems"] : []),
    ...([...kinds].some((kind) => !GATEWAYS.includes(kind))
      ? ["read from exports and logs of those who served or sent them"]
      : []),
  ];
  return parts.length === 0
    ? "Nothing is known of where the requests were counted."
    : `The requests were ${parts.join("; others were ")}.`;
}
