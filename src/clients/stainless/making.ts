import { override } from "../own-property.ts";
import { callOf, type StainlessClient } from "./calls.ts";

type MakeParameters = Parameters<StainlessClient["makeRequest"]>;

/**
 * Whatever the SDK or the application throws between the admission of a call and its first exchange (a signal that has
 * fired, a token that could not be had) comes out of the method that makes the request.
 */
export function withdrawingFailures(client: StainlessClient): () => void {
  const { makeRequest } = client;
  return override(client, "makeRequest", function (this: StainlessClient, ...parameters: MakeParameters) {
    const made = makeRequest.apply(this, parameters);
    made.catch(async () => callOf(await parameters[0])?.withdraw()).catch(() => undefined);
    return made;
  });
}
