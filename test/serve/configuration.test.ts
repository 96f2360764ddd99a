// cspell:ignore opnai schlüssel
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { ConfigurationError } from "../../src/model/errors.ts";
import { DEFAULT_CONFIGURATION, loadConfiguration, type ServeConfiguration } from "../../src/serve/configuration.ts";
import { startServer } from "../../src/serve/start.ts";
import { Upstream } from "../../src/serve/upstream.ts";
import { openai } from "../../src/wire/openai/openai.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";

function load(yaml: string, environment: NodeJS.ProcessEnv = {}): ServeConfiguration {
  const folder = temporaryFolder();
  const path = join(folder, "footprint.yaml");
  writeFileSync(path, yaml);
  return loadConfiguration(path, environment);
}

describe("footprint.yaml", () => {
  test("may be empty: loopback, port 4141, the known upstreams, no token", () => {
    expect(load("")).toStrictEqual(DEFAULT_CONFIGURATION);
    expect(DEFAULT_CONFIGURATION).toMatchObject({ host: "127.0.0.1", port: 4141, workers: 1, token: undefined });
  });

  test("is read with every key, and with environment variables in place", () => {
    const yaml = `
listen: 0.0.0.0:8080
upstreams:
  vllm: { url: http://10.0.0.5:8000, family: openai, provider: vllm, zone: FRA }
labels:
  team: { header: x-footprint-team, allow: [search, support], otherwise: other }
  key: { credentialHash: 8, salt: "\${FOOTPRINT_SALT}" }
budgets: budgets.yaml
journal: footprint.db
workers: 4
access: { token: "\${FOOTPRINT_TOKEN}" }
disclose: true
factors: [calibrated-factors.yaml]
`;
    expect(load(yaml, { FOOTPRINT_SALT: "pepper", FOOTPRINT_TOKEN: "t0ken" })).toStrictEqual({
      host: "0.0.0.0",
      port: 8080,
      disclose: true,
      factors: ["calibrated-factors.yaml"],
      upstreams: [{ name: "vllm", url: "http://10.0.0.5:8000", provider: "vllm", zone: "FRA", family: openai }],
      labels: {
        team: { header: "x-footprint-team", allow: ["search", "support"], otherwise: "other" },
        key: { credentialHash: 8, salt: "pepper" },
      },
      salt: "pepper",
      budgets: "budgets.yaml",
      journal: "footprint.db",
      workers: 4,
      token: "t0ken",
    });
  });

  test("may have the gateway sign, for which AWS's SDK has to be there", () => {
    const { upstreams } = load(
      "upstreams: { bedrock: { url: https://bedrock-runtime.eu-west-1.amazonaws.com, sign: aws } }",
    );
    expect(upstreams).toMatchObject([{ name: "bedrock", sign: "aws" }]);
    expect(() => new Upstream(upstreams[0]!)).toThrow(
      /@aws-sdk\/client-bedrock-runtime: expected the package to be installed.* Install it beside the application/s,
    );
  });

  test.for<[name: string, yaml: string, says: RegExp]>([
    [
      "a signature of another kind",
      "upstreams: { a: { url: http://a, sign: gcp } }",
      /upstreams\.a\.sign: expected aws, got "gcp"/,
    ],
    ["an unknown key", "listn: 4141", /footprint\.yaml: listn: there is no such key, got "listn"|there is no such key/],
    ["an invalid URL", "upstreams: { a: { url: vllm } }", /upstreams\.a\.url: expected a URL.*got "vllm"/],
    [
      "a URL of another scheme",
      "upstreams: { a: { url: file:///etc } }",
      /upstreams\.a\.url: expected a URL of http or https/,
    ],
    [
      "an unknown family",
      "upstreams: { a: { url: http://x, family: opnai } }",
      /upstreams\.a\.family: expected one of openai, mistral, .*got "opnai"/,
    ],
    [
      "too short a hash",
      "labels: { key: { credentialHash: 2 } }",
      /labels\.key\.credentialHash: expected 4 digits or more, got 2/,
    ],
    ["no workers", "workers: 0", /workers: expected 1 or more, got 0/],
    ["half a worker", "workers: 1.5", /workers: expected a whole number, got 1\.5/],
    ["too many workers", "workers: 4000", /workers: expected 128 or fewer, got 4000/],
    ["a port too high", "listen: 127.0.0.1:70000", /listen: expected an address and a port, got "127\.0\.0\.1:70000"/],
    [
      "an open address without a token",
      "listen: 0.0.0.0:4141",
      /listen: 0\.0\.0\.0 can be reached from other machines/,
    ],
    [
      "an unset variable",
      'access: { token: "${NOT_SET}" }',
      /access: token: the environment variable NOT_SET is not set/,
    ],
    ["no YAML", "listen: [", /footprint\.yaml: cannot be read/],
    ["an alias within what it stands for", "upstreams: &a [*a]", /footprint\.yaml: cannot be read/],
    ["text alone", "just text", /footprint\.yaml: expected keys with their values, got "just text"/],
    ["text for upstreams", "upstreams: 5", /footprint\.yaml: upstreams: expected upstreams by name, got 5/],
    ["a number for an upstream", "upstreams: { a: 5 }", /upstreams\.a: expected keys with their values, got 5/],
    ["an upstream without its URL", "upstreams: { a: {} }", /upstreams\.a\.url: expected a value, got nothing/],
    ["a list for a file", "budgets: []", /budgets: expected text, got \[\]/],
    [
      "a query in a URL",
      "upstreams: { a: { url: 'http://a?key=b' } }",
      /upstreams\.a\.url: expected a URL without user, query and fragment, got "http:\/\/a\?key=b"/,
    ],
    [
      "a password in a URL",
      "upstreams: { a: { url: 'http://user:word@a' } }",
      /upstreams\.a\.url: expected a URL without user, query and fragment, got something else/,
    ],
    ...["1e300", "5000000", ".inf"].map((seconds): [string, string, RegExp] => [
      `a pause of ${seconds} seconds`,
      `upstreams: { a: { url: 'http://a', bodyTimeoutSeconds: ${seconds} } }`,
      /upstreams\.a\.bodyTimeoutSeconds: expected 2000000 seconds or fewer, got /,
    ]),
    [
      "what cannot be a header",
      "labels: { team: { header: 'my team' } }",
      /labels\.team\.header: expected the name of a header, got "my team"/,
    ],
    ...["Authorization", "x-api-key", "x-footprint-token", "cookie"].map((header): [string, string, RegExp] => [
      `a label from ${header}`,
      `labels: { team: { header: ${header} } }`,
      /labels\.team\.header: expected a header that holds no credential/,
    ]),
    [
      "one allowed value for a list",
      "labels: { team: { header: x-team, allow: search } }",
      /labels\.team\.allow: expected a list of values, got "search"/,
    ],
    [
      "digits as text",
      "labels: { key: { credentialHash: '8' } }",
      /labels\.key\.credentialHash: expected a number of digits, got "8"/,
    ],
    [
      "a label of two kinds",
      "labels: { key: { credentialHash: 8, salt: pepper, header: x } }",
      /labels\.key: expected \{ header, … \} or \{ credentialHash, … \}, got \{"credentialHash":8,"salt":"…","header":"x"\}/,
    ],
    [
      "two salts",
      "labels: { a: { credentialHash: 8, salt: one }, b: { credentialHash: 8, salt: two } }",
      /labels: expected one salt for all labels, got 2/,
    ],
    [
      "a token in the place of its key",
      "access: s3cret",
      /access: expected keys with their values, got something else/,
    ],
    [
      "a token with a space behind it",
      "access: { token: 's3cret ' }",
      /access\.token: expected printable ASCII without spaces around it, got something/,
    ],
    [
      "a token that no header can say",
      "access: { token: schlüssel }",
      /access\.token: expected printable ASCII without spaces around it, got something/,
    ],
  ])("with %s is refused, naming the place, what was expected and what was given", ([, yaml, says]) => {
    expect(() => load(yaml)).toThrow(ConfigurationError);
    expect(() => load(yaml)).toThrow(says);
  });

  test("that does not exist is refused", () => {
    expect(() => loadConfiguration("/nowhere/footprint.yaml")).toThrow(/cannot be read/);
  });
});

test("an upstream in a zone that is not known is refused, at the start and when the file is read again", async () => {
  const upstreams = (zone: string) => [{ name: "vllm", url: "http://127.0.0.1:9", zone }];
  const configuration = (zone: string) => ({ ...DEFAULT_CONFIGURATION, port: 0, upstreams: upstreams(zone) });
  const refusal = /upstreams\.vllm\.zone: expected a zone, got "Germany".*Did you mean DEU\?/s;
  await expect(startServer(configuration("Germany"))).rejects.toThrow(refusal);
  const server = await startServer(configuration("FRA"));
  try {
    await expect(server.reload(configuration("Germany"))).rejects.toThrow(refusal);
    await server.reload(configuration("DEU"));
  } finally {
    await server.drain(50);
  }
});
