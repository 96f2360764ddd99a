import pRetry from "p-retry";

/** A provider's API, asked with nothing but `fetch`. */
export class Api {
  readonly #fetch: typeof fetch;
  readonly #url: string;
  readonly #key: string;

  /** @param url what the paths are added to */
  constructor(metered: typeof fetch, url: string, key: string) {
    this.#fetch = metered;
    this.#url = url;
    this.#key = key;
  }

  /**
   * Asks until it is answered, three times at most. The header with the number of the attempt, which SDKs send too, makes
   * the attempts one request.
   */
  async post(path: string, body: object, signal?: AbortSignal): Promise<Response> {
    const isForm = body instanceof FormData;
    return pRetry(
      async (attempt) => {
        const response = await this.#fetch(`${this.#url}${path}`, {
          method: "POST",
          headers: {
            authorization: `Bearer ${this.#key}`,
            "x-stainless-retry-count": String(attempt - 1),
            ...(!isForm && { "content-type": "application/json" }),
          },
          body: isForm ? body : JSON.stringify(body),
          ...(signal && { signal }),
        });
        if (!response.ok) throw new Refused(response.status, await response.text());
        return response;
      },
      { retries: 2, minTimeout: 20, ...(signal && { signal }), shouldRetry: ({ error }) => mayPass(error) },
    );
  }

  async json<Answer>(path: string, body: object, signal?: AbortSignal): Promise<Answer> {
    return (await (await this.post(path, body, signal)).json()) as Answer;
  }

  /** The events of a streamed answer, to its `[DONE]`. */
  async *events<Event>(path: string, body: object, signal: AbortSignal): AsyncIterable<Event> {
    const { body: stream } = await this.post(path, { ...body, stream: true }, signal);
    let rest = "";
    for await (const text of stream!.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        if (!line.startsWith("data: ") || line.startsWith("data: [DONE]")) continue;
        yield JSON.parse(line.slice("data: ".length)) as Event;
      }
    }
  }
}

class Refused extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(`status ${status}: ${text}`);
    this.status = status;
  }
}

/** Whether the same request may be answered next time. */
const mayPass = (error: unknown): boolean => error instanceof Refused && (error.status === 429 || error.status >= 500);
