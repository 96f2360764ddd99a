// cspell:ignore provder
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";

import { temporaryFolder } from "../journal/temporary-folder.ts";
import { killAll, serve, serveUnder, urlOf } from "./serve-process.ts";

afterEach(killAll);

describe("llm-footprint serve", () => {
  test("without a configuration says which base URL to set for each provider, and ends on SIGTERM", async () => {
    const server = serve("--port", "0");
    const url = await urlOf(server);
    await server.says(/Live page/);
    expect(server.written.stdout).toContain(`OPENAI_BASE_URL=${url}/openai/v1`);
    expect(server.written.stdout).toContain(`ANTHROPIC_BASE_URL=${url}/anthropic\n`);
    expect(await (await fetch(`${url}/healthz`)).text()).toBe("ok\n");
    server.child.kill("SIGTERM");
    expect((await server.exited)[0]).toBe(0);
  });

  test("reads its configuration again on SIGHUP, and keeps the old one where the new one is broken", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "footprint.yaml");
    writeFileSync(path, "listen: 127.0.0.1:0\nupstreams:\n  vllm: { url: http://127.0.0.1:9, provider: vllm }\n");
    const server = serve("--config", path);
    const url = await urlOf(server);
    expect((await fetch(`${url}/vllm/v1/models`)).status).toBe(502);
    writeFileSync(path, "listen: 127.0.0.1:0\nupstreams:\n  tgi: { url: http://127.0.0.1:9, provder: tgi }\n");
    server.child.kill("SIGHUP");
    await server.says(/The configuration stays as it was: .*upstreams\.tgi\.provder: there is no such key/);
    expect((await fetch(`${url}/vllm/v1/models`)).status).toBe(502);
    writeFileSync(path, "listen: 127.0.0.1:0\nupstreams:\n  tgi: { url: http://127.0.0.1:9, provider: tgi }\n");
    server.child.kill("SIGHUP");
    await server.says(/The configuration was read again/);
    expect((await fetch(`${url}/tgi/v1/models`)).status).toBe(502);
    expect((await fetch(`${url}/vllm/v1/models`)).status).toBe(404);
    server.child.kill("SIGTERM");
    expect((await server.exited)[0]).toBe(0);
  });

  test.each(["SIGHUP", "SIGTERM"])("takes %s from the moment it says that it serves", async (signal) => {
    const folder = temporaryFolder();
    const early = join(folder, "early.mjs");
    writeFileSync(
      early,
      `const write = process.stdout.write;
      process.stdout.write = function (text, ...rest) {
        const written = write.call(this, text, ...rest);
        if (text.includes("serves on")) process.kill(process.pid, "${signal}");
        return written;
      };`,
    );
    const server = serveUnder(["--import", early], ["--port", "0"]);
    await server.says(signal === "SIGHUP" ? /The configuration was read again/ : /Draining/);
    if (signal === "SIGHUP") server.child.kill("SIGTERM");
    expect((await server.exited)[0]).toBe(0);
  });

  test("refuses a configuration as a whole, with the path, what was expected and what was given", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "footprint.yaml");
    writeFileSync(path, "listen: 0.0.0.0:4141\n");
    const server = serve("--config", path);
    expect((await server.exited)[0]).toBe(2);
    expect(server.written.stderr).toMatch(/footprint\.yaml: listen: 0\.0\.0\.0 can be reached from other machines/);
  });
});
