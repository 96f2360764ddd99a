import { Given } from "../../transport/stamp.ts";
import type { CallOptions } from "./calls.ts";

/** Carries a call's options from where the SDK prepares an attempt to where it fetches. */
class OptionsOfHeaders extends Given {
  #options!: CallOptions;

  static stamp(headers: object, options: CallOptions): void {
    if (#options in headers) headers.#options = options;
    else new OptionsOfHeaders(headers).#options = options;
  }

  static read(headers: object): CallOptions | undefined {
    return #options in headers ? headers.#options : undefined;
  }
}

/** Does the same where the SDK may put other headers in between, as its Bedrock and Vertex providers do. */
const OPTIONS = Symbol("llm-footprint.options");

export type PreparedInit = RequestInit & { [OPTIONS]?: CallOptions };

/** @param replacesHeaders whether the SDK may put other headers in place of these */
export function carryOptions(init: PreparedInit, options: CallOptions, replacesHeaders: boolean): void {
  if (init.headers && !replacesHeaders) OptionsOfHeaders.stamp(init.headers, options);
  else init[OPTIONS] = options;
}

/** The options that an attempt was prepared with. Nothing of ours is left on what is sent. */
export function takeOptions(init: PreparedInit): CallOptions | undefined {
  const options = init.headers && OptionsOfHeaders.read(init.headers);
  if (options) return options;
  const carried = init[OPTIONS];
  if (carried) Reflect.deleteProperty(init, OPTIONS);
  return carried;
}
