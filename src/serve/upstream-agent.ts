import { Agent } from "undici";

import { MOST_HEADER_BYTES } from "./server.ts";

/** The connections to all upstreams. The head of an answer may be as large as that of a request. */
export const upstreamAgent = (): Agent =>
  new Agent({ allowH2: true, connections: null, pipelining: 1, maxHeaderSize: MOST_HEADER_BYTES });
