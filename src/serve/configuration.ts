import { readFileSync } from "node:fs";
import * as v from "valibot";

import { parseYaml } from "../lazy/yaml.ts";
import { ConfigurationError, shown } from "../model/errors.ts";
import { FAMILIES } from "../wire/families.ts";
import { configurationSchema } from "./configuration-schema.ts";
import type { LabelSource } from "./request-labels.ts";
import type { UpstreamOptions } from "./upstream.ts";

/** What `footprint.yaml` says, checked. */
export interface ServeConfiguration {
  readonly host: string;
  readonly port: number;
  /** Added to the known ones; one of the same name takes its place. */
  readonly upstreams: readonly UpstreamOptions[];
  readonly labels: Readonly<Record<string, LabelSource>>;
  /** Of the credential hashes; undefined where the configuration has none, so that each start has its own. */
  readonly salt: string | undefined;
  readonly budgets: string | undefined;
  /** Files of the user's own factors. */
  readonly factors: readonly string[];
  readonly journal: string | undefined;
  readonly token: string | undefined;
  /** Processes that share the port. */
  readonly workers: number;
  /** Whether answers say what they took: a header on JSON, a comment in event streams. */
  readonly disclose: boolean;
}

/** What holds where nothing is configured. */
export const DEFAULT_CONFIGURATION: ServeConfiguration = checked({}, "footprint.yaml");

/**
 * Reads and checks a configuration file, with `${NAME}` replaced by environment variables.
 *
 * @throws ConfigurationError on the first error: the path to it, what was expected and what was given
 */
export function loadConfiguration(path: string, environment: NodeJS.ProcessEnv = process.env): ServeConfiguration {
  let content: unknown;
  try {
    const file = readFileSync(path, "utf8");
    content = file.split("\n").every((line) => /^\s*(?:#|$)/.test(line)) ? {} : parseYaml(file);
    // What refers to itself by an alias has no end.
    JSON.stringify(content);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError(path, `cannot be read: ${reason}`, "Give the path of a YAML file.", { cause: error });
  }
  return checked(withEnvironment(content, path, environment), path);
}

function withEnvironment(value: unknown, part: string, environment: NodeJS.ProcessEnv): unknown {
  if (typeof value === "string") {
    return value.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
      const found = environment[name];
      if (found !== undefined && found !== "") return found;
      throw new ConfigurationError(
        part,
        `the environment variable ${name} is not set`,
        "Set it, or leave the key out.",
      );
    });
  }
  if (Array.isArray(value)) return value.map((item, index) => withEnvironment(item, `${part}[${index}]`, environment));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withEnvironment(item, `${part}: ${key}`, environment)]),
  );
}

function checked(content: unknown, path: string): ServeConfiguration {
  const parsed = v.safeParse(configurationSchema, content);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const { place, issue: closest } = closestIssue(issue);
    throw new ConfigurationError(
      place === "" ? path : `${path}: ${place}`,
      `${closest.message}, got ${given(closest, place)}`,
      "See docs/reference/configuration-file.md for every key and what it takes.",
    );
  }
  const { listen, upstreams, labels, access, budgets, factors, journal, workers, disclose } = parsed.output;
  const { host, port } = address(listen, path);
  const isLoopback = /^(?:127\.\d+\.\d+\.\d+|localhost|::1|\[::1\])$/.test(host);
  if (!isLoopback && access === undefined) {
    throw new ConfigurationError(
      `${path}: listen`,
      `${host} can be reached from other machines, and there is no access token`,
      "Set access: { token: … }, or listen on 127.0.0.1.",
    );
  }
  const salts = new Set(
    Object.values(labels).flatMap((source) => ("salt" in source && source.salt !== undefined ? [source.salt] : [])),
  );
  if (salts.size > 1) {
    throw new ConfigurationError(
      `${path}: labels`,
      `expected one salt for all labels, got ${salts.size}`,
      "Give each the same, or one of them alone.",
    );
  }
  return {
    host: host.replace(/^\[|\]$/g, ""),
    port,
    upstreams: Object.entries(upstreams).map(([name, { family, ...options }]) => ({
      name,
      ...options,
      family: FAMILIES.find((candidate) => candidate.name === family),
    })),
    labels: labels as ServeConfiguration["labels"],
    salt: [...salts][0],
    budgets,
    factors,
    journal,
    token: access?.token,
    workers,
    disclose,
  };
}

/** Of a union, what is wrong with a value that one of the alternatives knows the key of; else that none of them fits. */
function closestIssue(issue: v.BaseIssue<unknown>): { readonly place: string; readonly issue: v.BaseIssue<unknown> } {
  const place = v.getDotPath(issue) ?? "";
  const within = issue.issues?.find(
    ({ path, expected, received }) => path !== undefined && expected !== "never" && received !== "undefined",
  );
  return within ? { place: `${place}.${v.getDotPath(within)}`, issue: within } : { place, issue };
}

/** What was given instead, except where it may be a secret. */
function given({ received, input }: v.BaseIssue<unknown>, place: string): string {
  if (received === "undefined") return "nothing";
  if (/^access|\.salt$/.test(place) || /:\/\/[^/]*@/.test(String(input))) return "something else";
  const text = (): string => JSON.stringify(input, (key, value: unknown) => (key === "salt" ? "…" : value));
  return typeof input === "object" ? shown({ toString: text }) : shown(input);
}

function address(listen: string | number, path: string): { host: string; port: number } {
  const match = /^(?:(.*):)?(\d{1,5})$/.exec(String(listen));
  const port = Number(match?.[2]);
  if (!match || port > 65_535) {
    throw new ConfigurationError(
      `${path}: listen`,
      `expected an address and a port, got ${shown(listen)}`,
      "Write 127.0.0.1:4141, or a port alone for loopback.",
    );
  }
  return { host: match[1] === undefined || match[1] === "" ? "127.0.0.1" : match[1], port };
}
