import type { ServeConfiguration } from "./configuration.ts";
import { KNOWN_UPSTREAMS } from "./known-upstreams.ts";

/** What whoever starts the server reads: which base URL to set for each provider, and where everything else is. */
export function directions(url: string, { upstreams, token, labels, salt }: ServeConfiguration): string {
  const named = new Set(upstreams.map(({ name }) => name));
  const rows = [
    ...upstreams.map(({ name }) => [name, `${url}/${name}`]),
    ...KNOWN_UPSTREAMS.filter(({ name }) => !named.has(name)).map(({ name, variable, path }) => [
      name,
      variable === undefined ? `${url}/${name}${path}` : `${variable}=${url}/${name}${path}`,
    ]),
  ];
  const width = Math.max(...rows.map(([name]) => name!.length));
  const hashes = Object.values(labels).some((source) => "credentialHash" in source);
  return [
    `llm-footprint serves on ${url}`,
    "",
    "Base URLs to set:",
    ...rows.map(([name, value]) => `  ${name!.padEnd(width)}  ${value}`),
    "",
    `Metrics    ${url}/metrics`,
    `Live page  ${url}/`,
    `Calculator ${url}/calculator`,
    `Spans      ${url}/v1/traces (OTLP/HTTP), ${url}/ingest/litellm`,
    ...(token === undefined ? [] : ["", "Each request needs the access token in the header x-footprint-token."]),
    ...(hashes && salt === undefined
      ? ["", "Credential hashes have a salt of this start: set labels.<name>.salt for hashes that outlast it."]
      : []),
    "",
  ].join("\n");
}
