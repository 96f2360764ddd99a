import { Readable } from "node:stream";

/** Hosts that are known to take `stream_options.include_usage`; others have answered 400 or 422 to it. */
const HOSTS = /^(?:[a-z0-9-]+\.)?api\.openai\.com$/;

/** On a request's init: usage was asked for by the meter, and the application must not see that. */
const INJECTED = Symbol("llm-footprint.include-usage");

/**
 * Asks for usage in a chat or text completion stream whose caller has not asked for it.
 *
 * @param hosts further hosts, with their ports, that the application says take it
 */
export function askForUsage(init: RequestInit, url: string, hosts: readonly string[]): void {
  const { host, pathname } = new URL(url);
  if (!HOSTS.test(host) && !hosts.includes(host)) return;
  if (typeof init.body !== "string" || !/\/completions$/.test(pathname)) return;
  const body = JSON.parse(init.body) as { stream?: unknown; stream_options?: { include_usage?: unknown } | null };
  if (body.stream !== true || body.stream_options?.include_usage !== undefined) return;
  init.body = JSON.stringify({ ...body, stream_options: { ...body.stream_options, include_usage: true } });
  Object.assign(init, { [INJECTED]: true });
}

/** Whether the meter asked for usage in this request. Forgets it, so that nobody behind us sees the mark. */
export function takeUsageMark(init: RequestInit): boolean {
  const injected = INJECTED in init;
  if (injected) Reflect.deleteProperty(init, INJECTED);
  return injected;
}

/** The answer as it would have been without asking: no event that carries usage alone, no `usage: null` in the others. */
export function withoutInjectedUsage(response: Response): Response {
  const body: unknown = response.body;
  if (!response.ok || body === null) return response;
  const events = withoutUsage(body as AsyncIterable<Uint8Array>);
  const { status, statusText, headers, url } = response;
  const Answer = response.constructor as new (body: unknown, init: object) => Response;
  const stream = body instanceof ReadableStream ? ReadableStream.from(events) : Readable.from(events);
  const answer = new Answer(stream, { status, statusText, headers, url });
  for (const key of ["url", "redirected", "type"] as const) {
    Object.defineProperty(answer, key, { value: response[key], configurable: true });
  }
  return answer;
}

async function* withoutUsage(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split(/(?<=\r\n\r\n|\n\n|\r\r)/);
    rest = blocks.pop() ?? "";
    if (/(?:\r\n\r\n|\n\n|\r\r)$/.test(rest)) {
      blocks.push(rest);
      rest = "";
    }
    const kept = blocks.map(strip).join("");
    if (kept !== "") yield Buffer.from(kept);
  }
  const last = strip(rest + decoder.decode());
  if (last !== "") yield Buffer.from(last);
}

/** One event without its usage; nothing where usage was all it carried. */
function strip(block: string): string {
  const data = /^data: ?(\{.*\})\s*$/s.exec(block)?.[1];
  if (data?.includes('"usage"') !== true) return block;
  let chunk: { usage?: unknown; choices?: unknown };
  try {
    chunk = JSON.parse(data) as typeof chunk;
  } catch {
    return block;
  }
  const { usage, ...rest } = chunk;
  if (usage === undefined) return block;
  if (Array.isArray(rest.choices) && rest.choices.length === 0) return "";
  return block.replace(data, () => JSON.stringify(rest));
}
