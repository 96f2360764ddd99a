/** A provider for benchmarks, as a process of its own: JSON at once, or a stream of 21 events. Writes its port. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const EVENTS = 20;
const INTERVAL_MILLISECONDS = Number(process.argv[2] ?? 25);

const usage = { prompt_tokens: 30, completion_tokens: EVENTS, total_tokens: 30 + EVENTS };
const of = (id: number): object => ({ id: `chatcmpl-${id}-aaaaaaaaaaaaaaaa`, created: 1_790_000_000, model: "gpt-4o" });
const content = "word ".repeat(250);
let answers = 0;

const server = createServer((request, response) => {
  let streams = false;
  request.on("data", (chunk: Buffer) => (streams ||= chunk.includes('"stream":true')));
  request.on("end", () => {
    const answer = of(answers++);
    if (!streams) {
      const message = { role: "assistant", content };
      const body = {
        ...answer,
        object: "chat.completion",
        choices: [{ index: 0, message, finish_reason: "stop" }],
        usage,
      };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    const event = (more: object): string =>
      `data: ${JSON.stringify({ ...answer, object: "chat.completion.chunk", ...more })}\n\n`;
    const delta = event({ choices: [{ index: 0, delta: { content: "word " } }] });
    let sent = 0;
    const timer = setInterval(() => {
      if (sent++ < EVENTS) response.write(delta);
      else {
        clearInterval(timer);
        response.end(`${event({ choices: [], usage })}data: [DONE]\n\n`);
      }
    }, INTERVAL_MILLISECONDS);
    response.on("close", () => clearInterval(timer));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", 8192, () => console.log((server.address() as AddressInfo).port));
