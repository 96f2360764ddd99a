import { subjectOf, type Attribute, type Attributor, type UnattributedModel } from "../attribution/attributor.ts";
import type { EndedRequest } from "./ended-request.ts";

/** What the choice of factors rests on. */
export type Attributable = Pick<
  EndedRequest,
  | "provider"
  | "servedBy"
  | "operation"
  | "zone"
  | "zoneBasis"
  | "requestedModel"
  | "respondedModel"
  | "reasoningEffort"
  | "stated"
>;

type Choice = Attributor | UnattributedModel;

/** Names come from outside, and those of models and places from answers: a stream of new ones must not fill the memory. */
const MOST_NAMES = 1000;

/**
 * The factors of requests, chosen once per provider, operation, place, model and reasoning effort. A map for each of them:
 * a key that joins them would be a new text for every request, which costs several times as much to look up.
 */
export class ChosenFactors {
  readonly #attribute: Attribute;
  readonly #chosen: Branch<Branch<Branch<Branch<Branch<Branch<Branch<Choice>>>>>>> = new Map();

  constructor(attribute: Attribute) {
    this.#attribute = attribute;
  }

  of(request: Attributable): Choice {
    const { provider, servedBy = provider, operation, zone, zoneBasis, requestedModel, respondedModel } = request;
    // Each statement is of one request.
    if (typeof request.stated === "object") return this.#attribute(subjectOf(request));
    const ofOperation = branch(branch(this.#chosen, servedBy), operation);
    const ofPlace = branch(branch(ofOperation, zoneBasis), typeof zone === "object" ? zone.join("+") : zone);
    const ofModel = branch(branch(ofPlace, respondedModel), requestedModel);
    const known = ofModel.get(request.reasoningEffort);
    if (known) return known;
    const choice = this.#attribute(subjectOf(request));
    if (ofModel.size >= MOST_NAMES) ofModel.clear();
    ofModel.set(request.reasoningEffort, choice);
    return choice;
  }
}

type Branch<Value> = Map<string | undefined, Value>;

/** The map under a name, made when first asked for. */
function branch<Value>(map: Branch<Branch<Value>>, name: string | undefined): Branch<Value> {
  let found = map.get(name);
  if (!found) {
    if (map.size >= MOST_NAMES) map.clear();
    map.set(name, (found = new Map<string | undefined, Value>()));
  }
  return found;
}
