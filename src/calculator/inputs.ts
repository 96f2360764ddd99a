import { METHODOLOGIES, type Methodology } from "../attribution/selection/methodology.ts";
import { USAGE_CLASSES, type UsageClass } from "../model/usage.ts";

/** What is asked of the calculator. */
export interface Inputs {
  readonly model: string;
  /** Another model beside it. */
  readonly versus?: string;
  /** @default the model's developer */
  readonly provider?: string;
  /** A country or a cloud region; @default the provider's */
  readonly zone?: string;
  readonly methodology: Methodology;
  readonly operation?: string;
  readonly reasoningEffort?: string;
  readonly usage: Readonly<Partial<Record<UsageClass, number>>>;
  /** How many such requests. */
  readonly requests: number;
}

export const DEFAULT_INPUTS: Inputs = {
  model: "gpt-5.5",
  methodology: METHODOLOGIES[0],
  usage: { inputTokens: 800, outputTokens: 400 },
  requests: 1,
};

const TEXTS = ["versus", "provider", "zone", "operation", "reasoningEffort"] as const;

/** Numbers beyond this are typing errors. */
const LARGEST = 1e12;

/** The inputs as the end of an address, such as `model=gpt-5.5&outputTokens=400`. Defaults are left out. */
export function toFragment(inputs: Inputs): string {
  const { model, methodology, usage, requests } = inputs;
  const parameters = new URLSearchParams({ model });
  for (const usageClass of USAGE_CLASSES) {
    const amount = usage[usageClass];
    if (amount !== undefined) parameters.set(usageClass, String(amount));
  }
  for (const name of TEXTS) {
    const text = inputs[name];
    if (text !== undefined && text !== "") parameters.set(name, text);
  }
  if (methodology !== METHODOLOGIES[0]) parameters.set("methodology", methodology);
  if (requests !== 1) parameters.set("requests", String(requests));
  return parameters.toString();
}

/** The inputs that an address holds. What cannot be read as an input is left out: an address comes from anyone. */
export function fromFragment(fragment: string): Inputs {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ""));
  const model = parameters.get("model")?.trim();
  if (model === undefined || model === "") return DEFAULT_INPUTS;
  const methodology = METHODOLOGIES.find((each) => each === parameters.get("methodology")) ?? METHODOLOGIES[0];
  const texts = TEXTS.flatMap((name) => {
    const text = parameters.get(name)?.trim();
    return text === undefined || text === "" ? [] : [[name, text]];
  });
  const usage = USAGE_CLASSES.flatMap((usageClass) => {
    const amount = readAmount(parameters.get(usageClass));
    return amount === undefined ? [] : [[usageClass, amount]];
  });
  return {
    model,
    ...(Object.fromEntries(texts) as Partial<Inputs>),
    methodology,
    usage: Object.fromEntries(usage) as Inputs["usage"],
    requests: readAmount(parameters.get("requests")) || 1,
  };
}

/** A number from 0 on, as it is typed; undefined for anything else. */
export function readAmount(text: string | null): number | undefined {
  if (text === null || text.trim() === "") return undefined;
  const amount = Number(text);
  return amount >= 0 && amount <= LARGEST ? amount : undefined;
}
