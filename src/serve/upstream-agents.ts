import { Agent, type Dispatcher } from "undici";

import { MOST_HEADER_BYTES } from "./headers.ts";
import type { Upstream } from "./upstream.ts";

/** The connections to all upstreams. */
export class UpstreamAgents {
  readonly #http1 = agent(false);
  #http2: Agent | undefined;

  of({ http2 }: Pick<Upstream, "http2">): Dispatcher {
    return http2 ? (this.#http2 ??= agent(true)) : this.#http1;
  }

  async destroy(): Promise<void> {
    await Promise.all([this.#http1.destroy(), this.#http2?.destroy()]);
  }
}

/** The head of an answer may be as large as that of a request. */
const agent = (allowH2: boolean): Agent =>
  new Agent({ allowH2, connections: null, pipelining: 1, maxHeaderSize: MOST_HEADER_BYTES });
