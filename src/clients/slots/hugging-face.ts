import { objectAt } from "../../wire/json.ts";
import { slotAdapter } from "./slot-client.ts";

/** `@huggingface/inference` 4. Each call names who serves it, and so which API it speaks. */
export const huggingFace = slotAdapter({
  sdk: "@huggingface/inference",
  recognises: (client) =>
    objectAt(client, "defaultOptions") !== undefined &&
    ["chatCompletion", "textGeneration"].every((task) => task in client),
  holders: (client) => [objectAt(client, "defaultOptions")!],
  // It makes the headers anew for each attempt, which is then a request by itself.
});
