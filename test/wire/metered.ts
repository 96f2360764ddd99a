import { createMeter, type MeterOptions, type RequestRecord } from "../../src/index.ts";

type FetchOptions = Parameters<ReturnType<typeof createMeter>["fetch"]>[0];

/** A metered fetch, and the records of what went through it. */
export function metered(fetchOptions: FetchOptions = {}, options: MeterOptions = {}) {
  const meter = createMeter(options);
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const fetch = meter.fetch(fetchOptions);
  const post = (url: string, body: object | string, init: RequestInit = {}): Promise<Response> =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer key", "x-goog-api-key": "key" },
      body: typeof body === "string" ? body : JSON.stringify(body),
      ...init,
    });
  const settled = async (): Promise<readonly RequestRecord[]> => {
    await meter.flush();
    return records;
  };
  return { meter, fetch, post, settled };
}
