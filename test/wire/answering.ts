import type { RequestRecord } from "../../src/index.ts";
import { metered } from "./metered.ts";

/** An answer of a server: JSON, or the data of a stream's events. */
export type Answer = object | readonly string[] | Response;

const responseOf = (answer: Answer): Response => {
  if (answer instanceof Response) return answer;
  if (!Array.isArray(answer)) return Response.json(answer);
  return new Response(answer.join(""), { headers: { "content-type": "text/event-stream" } });
};

/** A metered fetch of servers that give these answers, in turn. */
export function answering(...answers: Answer[]) {
  const left = [...answers];
  const client = metered({ fetch: () => Promise.resolve(responseOf(left.shift()!)) });
  return {
    ...client,
    /** The one record of a request whose answer is read to its end. */
    recordOf: async (url: string, body: object): Promise<RequestRecord> => {
      await (await client.post(url, body)).text();
      const records = await client.settled();
      if (records.length !== 1) throw new Error(`expected one record, got ${String(records.length)}`);
      return records[0]!;
    },
    /** Reads an answer that asks after a request. */
    poll: async (url: string): Promise<void> => {
      await (await client.fetch(url)).text();
    },
  };
}
