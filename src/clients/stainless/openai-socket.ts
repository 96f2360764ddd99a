import { SocketTurns } from "../../requests/socket-turns.ts";
import { isObject } from "../../wire/json.ts";
import { openai } from "../../wire/openai/openai.ts";
import type { ClientAdapter } from "../adapter.ts";
import { override } from "../own-property.ts";

/** What is relied on of the sockets of `openai` 4 to 7: those of the realtime API, of the beta and since, and of Responses. */
interface OpenAiSocket {
  readonly url: URL;
  /** The platform's, that of `ws`, or for Responses the SDK's own, which takes no listeners of others. */
  readonly socket: Partial<Pick<EventTarget, "addEventListener" | "removeEventListener">>;
  /** Hands an event to the application's listeners; each message first as `event`, the end of a socket of Responses as `close`. */
  _emit(name: string, ...values: readonly unknown[]): void;
  _onError(...parameters: readonly unknown[]): void;
}

/**
 * `OpenAIRealtimeWebSocket` and `OpenAIRealtimeWS` of `openai/realtime` and `openai/beta/realtime`, and `ResponsesWS`:
 * their messages are seen where the SDK hands them to the application.
 */
export const openaiSocket: ClientAdapter = {
  sdk: "openai",
  family: openai,
  recognises(client): client is OpenAiSocket {
    const { url, socket, _emit: emit, _onError: onError } = client as Partial<OpenAiSocket>;
    return url instanceof URL && isObject(socket) && typeof emit === "function" && typeof onError === "function";
  },
  providerOf: () => undefined,
  attach(client, { requests, binding, ...metering }) {
    const { url, socket, _emit: emit } = client as OpenAiSocket;
    const turns = new SocketTurns(requests, binding.originOf(url), url);
    const restore = override(client, "_emit", function (this: OpenAiSocket, ...parameters: Parameters<typeof emit>) {
      const [name, message] = parameters;
      if (name === "event" && metering.active && isObject(message)) turns.received(message);
      if (name === "close") turns.closed();
      emit.apply(this, parameters);
    });
    const closed = (): void => turns.closed();
    socket.addEventListener?.("close", closed);
    return () => {
      socket.removeEventListener?.("close", closed);
      restore();
    };
  },
};
