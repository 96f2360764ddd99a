import { readFileSync } from "node:fs";
import { validate } from "dockerfile-utils";
import { describe, expect, test } from "vitest";

import { loadConfiguration } from "../../src/serve/configuration.ts";

const DEPLOY = `${import.meta.dirname}/../../deploy`;
const read = (name: string): string => readFileSync(`${DEPLOY}/${name}`, "utf8");

describe("the container", () => {
  test("its Dockerfile has no error", () => {
    expect(validate(read("Dockerfile"))).toStrictEqual([]);
  });

  test("its configuration is one that serve takes, open to others, and behind a token", () => {
    const configuration = loadConfiguration(`${DEPLOY}/footprint.yaml`, {
      FOOTPRINT_TOKEN: "a token of the deployment",
      FOOTPRINT_SALT: "a salt of the deployment",
    });
    expect(configuration).toMatchObject({
      host: "0.0.0.0",
      port: 4141,
      journal: "/data/footprint.db",
      token: "a token of the deployment",
    });
  });

  test("it does not start where its secrets are not set", () => {
    expect(() => loadConfiguration(`${DEPLOY}/footprint.yaml`, {})).toThrow(
      "the environment variable FOOTPRINT_SALT is not set",
    );
  });

  test("the port that it exposes, and asks for its health, is the one that it listens on", () => {
    const dockerfile = read("Dockerfile");
    expect(/^EXPOSE (\d+)$/m.exec(dockerfile)?.[1]).toBe("4141");
    expect(dockerfile).toContain("http://127.0.0.1:4141/healthz");
  });
});

test("the proxies pass on to the address that serve listens on by default", () => {
  expect(read("nginx.conf")).toContain("proxy_pass http://127.0.0.1:4141;");
  expect(read("Caddyfile")).toContain("reverse_proxy 127.0.0.1:4141 {");
});
