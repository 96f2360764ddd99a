import { createMeter } from "../../src/index.ts";
import type { RequestRecord } from "../../src/model/request.ts";
import type { Wrapper } from "./contract.ts";

/** A new meter, and the records that it makes. */
export function meteredBy(): Wrapper {
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  return { wrap: (client) => meter.wrap(client, { provider: "local" }), records };
}
