// cspell:ignore AKIDEXAMPLE unstub
import { BedrockRuntime } from "@aws-sdk/client-bedrock-runtime";
import * as sdk from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { awsSdk } from "../../src/serve/aws-signer.ts";
import { bedrock } from "../../src/wire/bedrock/bedrock.ts";
import { running, serving, stopAll, upstream } from "../serve/serving.ts";

const MODEL = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0";
const SECRET = "the gateway's secret";
const USAGE = { inputTokens: 5, outputTokens: 7, totalTokens: 12 };
const CONVERSED = {
  output: { message: { role: "assistant", content: [{ text: "Hello." }] } },
  stopReason: "end_turn",
  usage: USAGE,
  metrics: { latencyMs: 10 },
};

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Uint8Array, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** The signature that a request should have, by what AWS publishes of Signature Version 4. */
function signatureOf({ method, url, headers }: IncomingMessage, body: Uint8Array): string {
  const [, date, region, service, names] =
    /Credential=\w+\/(\d+)\/([\w-]+)\/(\w+)\/aws4_request, SignedHeaders=([\w;-]+)/.exec(headers.authorization!)!;
  const canonical = [
    method,
    // Of the path as it is sent, each segment is encoded once more.
    url!.split("/").map(encodeURIComponent).join("/"),
    "",
    ...names!.split(";").map((name) => `${name}:${String(headers[name])}`),
    "",
    names,
    sha256(body),
  ].join("\n");
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, sha256(canonical)].join("\n");
  const key = [date!, region!, service!, "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${SECRET}`);
  return hmac(key, text).toString("hex");
}

/** A Bedrock that lets pass what the gateway has signed. */
async function signedOnly() {
  const seen: IncomingMessage[] = [];
  const url = await upstream((request, response) => {
    void buffer(request).then((body) => {
      seen.push(request);
      const right = request.headers.authorization?.endsWith(`Signature=${signatureOf(request, body)}`) === true;
      const answer = right ? CONVERSED : { message: "The request signature we calculated does not match" };
      response.writeHead(right ? 200 : 403, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  });
  return { url, seen };
}

/** A client as an application has it, whose own credentials are nobody's. */
function clientOf(endpoint: string, credential: object): BedrockRuntime {
  const client = new BedrockRuntime({
    region: "us-east-1",
    endpoint,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
    ...credential,
  });
  running.push(() => {
    client.destroy();
    return Promise.resolve();
  });
  return client;
}

beforeEach(() => {
  awsSdk.provide(sdk);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", SECRET);
  vi.stubEnv("AWS_REGION", "eu-west-1");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await stopAll();
});

const upstreams = (url: string) =>
  [{ name: "bedrock", url, family: bedrock, provider: "aws.bedrock", sign: "aws" }] as const;

describe("an upstream for which the gateway signs", () => {
  test.for([
    ["a signature", { credentials: { accessKeyId: "nobody", secretAccessKey: "nothing", sessionToken: "none" } }],
    ["a bearer key", { token: { token: "nobody" }, authSchemePreference: ["httpBearerAuth"] }],
  ] as const)("takes its own credentials in place of %s of the client", async ([, credential]) => {
    const { url, seen } = await signedOnly();
    const { url: gateway, records } = await serving({ upstreams: upstreams(url) });
    const client = clientOf(`${gateway}/bedrock`, credential);
    const messages = [{ role: "user" as const, content: [{ text: "Say hello: ä é 漢." }] }];
    expect(await client.converse({ modelId: MODEL, messages })).toMatchObject({ usage: USAGE });
    expect(seen[0]!.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/bedrock\//,
    );
    expect(seen[0]!.headers).not.toHaveProperty("x-amz-security-token");
    await expect
      .poll(() => records)
      .toMatchObject([{ outcome: "completed", provider: "aws.bedrock", usage: { inputTokens: 5, outputTokens: 7 } }]);
  });

  test("sends its temporary credentials' token, and signs a long body whole", async () => {
    vi.stubEnv("AWS_SESSION_TOKEN", "for an hour");
    const { url, seen } = await signedOnly();
    const { url: gateway, records } = await serving({ upstreams: upstreams(url) });
    const messages = [{ role: "user", content: [{ text: "ä".repeat(300_000) }] }];
    const answer = await fetch(`${gateway}/bedrock/model/${encodeURIComponent(MODEL)}/converse`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ messages }),
    });
    expect([answer.status, await answer.json()]).toStrictEqual([200, CONVERSED]);
    expect(seen[0]!.headers).toMatchObject({ "x-amz-security-token": "for an hour" });
    await expect.poll(() => records).toMatchObject([{ outcome: "completed" }]);
  });

  test("says why where it has no credentials, and counts a failure", async () => {
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, undefined);
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere");
    vi.stubEnv("AWS_CONFIG_FILE", "/nowhere");
    const { url, seen } = await signedOnly();
    const { url: gateway, records } = await serving({ upstreams: upstreams(url) });
    const client = clientOf(`${gateway}/bedrock`, {
      credentials: { accessKeyId: "nobody", secretAccessKey: "nothing" },
    });
    const asked = client.converse({ modelId: MODEL, messages: [{ role: "user", content: [{ text: "Hello" }] }] });
    await expect(asked).rejects.toThrow(/the request to bedrock could not be signed: Could not load credentials/);
    expect(seen).toHaveLength(0);
    await expect.poll(() => records).toMatchObject([{ outcome: "failed", attempts: 1 }]);
  });
});
