import type { PendingRequest } from "../../requests/pending-request.ts";
import type { ClientMetering } from "../adapter.ts";
import { override } from "../own-property.ts";
import { callOf, type CallOptions, type StainlessClient } from "./calls.ts";

type Make = StainlessClient["makeRequest"];
type Parse = NonNullable<StainlessClient["parseResponseWithTimeout"]>;

/** The answers of one client that the SDK parses. */
export interface ParsedAnswers {
  /** Whether what the SDK will make of the answer to a call says what its body would. */
  expectedOf(options: CallOptions): boolean;
  undo(): void;
}

/**
 * Lets the SDK's own objects be looked at, where a method of its client makes them, as in openai 7: they say what a body
 * does, for a fraction of what it costs to stand between the body and its reader. The SDK parses an answer at once when
 * it has been made, or else hands it out, and then its body is observed; so it is for streams and sound, and for clients
 * that another has patched, who may read an answer before.
 */
export function parsedAnswers(client: StainlessClient, { requests }: ClientMetering): ParsedAnswers {
  const { makeRequest, parseResponseWithTimeout } = client;
  // Whoever has patched a method that an answer passes may look at it on its way.
  const wasPatched = (["makeRequest", "responsePromise", "parseResponseWithTimeout"] as const).some((method) =>
    Object.hasOwn(client, method),
  );
  const made = ({ options }: { readonly options: CallOptions }): void => callOf(options)?.request?.handedOut();
  const failed = (options: CallOptions): void => {
    const call = callOf(options);
    call?.request?.handedOut();
    call?.withdraw();
  };
  const making = function (this: StainlessClient, ...parameters: Parameters<Make>): ReturnType<Make> {
    const exchanges = makeRequest.apply(this, parameters);
    // A turn later than its other readers: the SDK has begun to parse by then, and the application has got nothing yet.
    exchanges.then().then(made as (made: unknown) => void, () => {
      Promise.resolve(parameters[0]).then(failed, () => undefined);
    });
    return exchanges;
  };
  const lookAt = (parsed: Promise<unknown>, request: PendingRequest, isParsed: boolean): void => {
    parsed.then(
      (answer) => (isParsed ? request.parsed(answer) : requests.answered(answer, request)),
      (error: unknown) => isParsed && request.unparsed(bodyError(client, error)),
    );
  };
  const parsing = function (this: StainlessClient, ...parameters: Parameters<Parse>): ReturnType<Parse> {
    const request = callOf(parameters[1].options)?.request;
    const isLookedAt = request?.beginParsing() === true;
    const parsed = parseResponseWithTimeout!.apply(this, parameters);
    if (request) lookAt(parsed, request, isLookedAt);
    return parsed;
  };
  const undo = [override(client, "makeRequest", making), override(client, "parseResponseWithTimeout", parsing)];
  const { fetch, responsePromise } = client;
  const isPatched = (): boolean =>
    wasPatched ||
    client.fetch !== fetch ||
    client.makeRequest !== making ||
    client.responsePromise !== responsePromise ||
    client.parseResponseWithTimeout !== parsing;
  return {
    expectedOf: ({ stream, __binaryResponse: isBinary }) => stream !== true && isBinary !== true && !isPatched(),
    undo: () => undo.forEach((restore) => restore()),
  };
}

/** Of its own errors the SDK throws only those of an exchange that it has aborted, where the platform says so. */
const bodyError = ({ constructor }: StainlessClient, error: unknown): unknown =>
  error instanceof (constructor as unknown as { OpenAIError: ErrorConstructor }).OpenAIError
    ? new DOMException("This operation was aborted", "AbortError")
    : error;
