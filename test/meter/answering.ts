import type { RequestListener } from "node:http";

const CHUNK = JSON.stringify({ model: "gpt-4o-mini", choices: [{ delta: { content: "word" } }] });

/** A provider that answers at once, or, where `x-open` asks for it, with a stream that does not end. */
export const answering: RequestListener = (request, response) => {
  if (request.headers["x-open"] === "yes") {
    response.setHeader("content-type", "text/event-stream");
    response.write(`data: ${CHUNK}\n\n`.repeat(20));
    return;
  }
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ model: "gpt-4o-mini", usage: { prompt_tokens: 10, completion_tokens: 5 } }));
};
