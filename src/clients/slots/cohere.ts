import { cohere as family } from "../../wire/cohere/cohere.ts";
import { isObject, objectAt } from "../../wire/json.ts";
import { slotAdapter } from "./slot-client.ts";

/** `cohere-ai` 7.21 and 8: `CohereClient`, which has the first version of the API and the second, and `CohereClientV2`. */
export const cohere = slotAdapter({
  sdk: "cohere-ai",
  family,
  provider: "cohere",
  recognises: (client) => optionsIn(client).some(isCoheres),
  holders: (client) => optionsIn(client),
  // Fields are renamed in a copy, which these hand to the method that the application calls.
  answerMethods: {
    in: (client) => partsIn(client),
    madeWhenRead: "v2",
    names: ["__chat", "__embed", "__rerank", "__generate", "__classify", "__summarize"],
    answerIn: (result) => objectAt(result, "data"),
  },
  retries: (status, attempts) =>
    status !== undefined && (status === 408 || status === 429 || status >= 500) && attempts <= MOST_RETRIES,
});

const MOST_RETRIES = 2;

/** The options say in their headers whose they are. */
const isCoheres = (options: object): boolean => objectAt(options, "headers")?.["x-fern-sdk-name"] === "cohere-ai";

/** How deep parts of a client lie in it. */
const DEEPEST_PART = 3;

/** Every part of a client has options of its own, made when the part is: those of all parts that there are. */
const optionsIn = (client: object): object[] => [
  ...new Set<object>(partsIn(client).map((part) => objectAt(part, "_options")!)),
];

function partsIn(client: object): object[] {
  const found = new Set<object>();
  const visit = (part: object, depth: number): void => {
    if (objectAt(part, "_options")) found.add(part);
    if (depth === DEEPEST_PART) return;
    for (const [name, value] of Object.entries(part)) {
      if (name !== "_options" && isObject(value)) visit(value, depth + 1);
    }
  };
  visit(client, 0);
  return [...found];
}
