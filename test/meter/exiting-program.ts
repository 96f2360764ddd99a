import { once } from "node:events";
import { writeSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { createMeter } from "../../src/index.ts";
import { answering } from "./answering.ts";

/** Awaits answers, and ends at once in the way that it is given; as a fork, when it is told to. */
const [path, ending, writer = "main"] = process.argv.slice(2) as [string, string, string?];
const meter = createMeter({ journal: { path, writer } });
const provider = createServer(answering).listen(0, "127.0.0.1");
await new Promise((resolve) => provider.once("listening", resolve));

// As docs/journal.md has it.
process.once("SIGTERM", () => {
  provider.close();
  void meter.close().then(() => process.exit(0));
});

const { port } = provider.address() as AddressInfo;
const fetch = meter.fetch({ provider: "openai", zone: "USA" });
const body = JSON.stringify({ model: "gpt-4o-mini", messages: [] });
await Promise.all(
  Array.from({ length: 60 }, async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, { method: "POST", body });
    await answer.json();
  }),
);
if (process.send) {
  process.send("answered");
  await once(process, "message");
  writeSync(1, "exits");
}
if (ending === "open") {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model: "gpt-4o-mini", stream: true, messages: [] }),
    headers: { "x-open": "yes" },
  });
  await answer.body!.getReader().read();
}
if (ending === "exit" || ending === "open") process.exit(0);
if (ending === "throw") throw new Error("uncaught");
if (ending === "reject") void Promise.reject(new Error("unhandled"));
if (ending === "SIGTERM") process.kill(process.pid, "SIGTERM");
