import type { ResolutionStep } from "../model/footprint.ts";
import type { Model } from "./model.ts";

/** A model found, and how. */
export interface ResolvedModel {
  readonly model: Model | undefined;
  readonly step: ResolutionStep;
}

/** Models by name and by alias, all in lower case. */
export type ModelIndex = ReadonlyMap<string, Model>;

/** Region and vendor in front of a Bedrock name: `us.anthropic.`, `eu.meta.`, `mistral.`. */
const DOTTED_VENDOR =
  /^(?:(?:us|us-gov|eu|apac|ap|jp|au|ca|sa|me|af|global)\.)?(?:anthropic|meta|mistral|amazon|cohere|ai21|openai|qwen|google|nvidia|moonshot|moonshotai|minimax|stability|writer|zai)\./;
/** Bedrock says `deepseek.r1`, where the model's own name has the vendor in it. */
const DOTTED_DEEPSEEK = /^(?:(?:us|eu|apac|ap|global)\.)?deepseek\./;
/** Vendor in front of a name in the Azure catalogue: `Cohere-command-r`, `AI21-Jamba`. */
const DASHED_VENDOR = /^(?:cohere|ai21|meta|xai|microsoft)-(?=command|embed|rerank|jamba|llama|grok|phi)/;

/** Dates, versions and moving tags at the end of a name. */
const DATE_FORMS = [
  /-\d{4}-\d{2}-\d{2}$/, //       gpt-4o-2024-08-06
  /[-@]\d{8}$/, //                claude-haiku-4-5-20251001, claude-sonnet-4@20250514
  /-\d{2}-\d{4}$/, //             command-r-08-2024
  /-\d{2}-\d{2}$/, //             gemini-2.5-pro-exp-03-25
  /-\d{4}$/, //                   mistral-large-2411, gpt-4-0125
  /-\d{6}$/, //                   doubao-pro-241215
  /[-@:](?:latest|default)$/, //  mistral-small-latest
  /[-@]00\d$/, //                 gemini-1.5-pro-002
  /-v\d+(?::\d+)*(?::\d+k)?$/, // Bedrock: -v2:0, -v1:0:200k
  /-\d+:\d+$/, //                 Bedrock: gpt-oss-120b-1:0
  /\[\d+[km]\]$/, //              claude-sonnet-4-5[1m]
];

/** How a model is served or tuned, which changes nothing about its size. */
const VARIANT_FORMS = [
  /[-_](?:instruct|chat|it|hf|base|gguf|awq|gptq|mlx|qat|fp8|fp4|nvfp4|mxfp4|fp16|bf16|int4|int8|[48]bit)$/,
  /[-_](?:turbo|versatile|instant|specdec|tool-use|tee|maas|basic|free|fast|online|priority|flex|tput)$/,
  /[-_](?:preview|beta|exp|experimental|rc\d*|thinking|non-thinking|non-reasoning|reasoning|codex|vision|high|low|minimal|xhigh|128k|32k|16k|8k)$/,
  /-v\d+(?:[.-]\d+)?$/, //           mistral-7b-instruct-v0.3
  /-(?:i?q\d)(?:_[a-z0-9]+)*$/, // Ollama quantisations: -q4_k_m
  /:[a-z][\w.-]*$/, //             :free, :nitro, :thinking, :together
];

/** What stands at the end of a name, cut off; undefined when none of the forms does. */
function cut(name: string, forms: readonly RegExp[]): string | undefined {
  for (const form of forms) {
    const match = form.exec(name);
    if (match !== null && match.index > 0) return name.slice(0, match.index);
  }
  return undefined;
}

/** Everything in front of the model's own name, cut off: routers, publishers, accounts, regions. */
function withoutPrefix(name: string): string {
  return name
    .slice(name.lastIndexOf("/") + 1)
    .replace(DOTTED_VENDOR, "")
    .replace(DOTTED_DEEPSEEK, "deepseek-")
    .replace(DASHED_VENDOR, "");
}

/** The model that a fine-tune starts from: `ft:BASE:org::id`, `BASE.ft-id`. */
function fineTuneBase(name: string): string | undefined {
  return /^ft:([^:]+)/.exec(name)?.[1] ?? /^(.+)\.ft-/.exec(name)?.[1];
}

/** A name with its version written one way: `claude-opus-4.7` and `claude-opus-4p7` are `claude-opus-4-7`. */
export const spellingKey = (name: string): string => name.replace(/(?<=\d)[.p](?=\d)/g, "-");

/** A model known by nothing but the size in its name: `-70b-`, `8x7b`, `235b-a22b`, `22m`. */
function sizedModel(name: string): Model | undefined {
  const match = /(?:^|[-_:./])(?:(\d{1,2})x)?(\d{1,4}(?:\.\d{1,2})?)b(?:-a(\d{1,3}(?:\.\d)?)b)?(?=$|[-_:./@])/.exec(
    name,
  );
  if (match === null) return millionsModel(name);
  const [size = "", experts, billions = "", active] = match;
  const total = Number(experts ?? 1) * Number(billions);
  if (!(total > 0) || Number(active) === 0) return undefined;
  return {
    name: size.replace(/^[^\dx]+/, ""),
    developer: "any",
    parameterBillions: {
      total,
      ...(active !== undefined && { active: Number(active) }),
      ...(experts !== undefined && { perExpert: Number(billions) }),
    },
  };
}

/** `-22m`, `-270m`; a smaller number before the `m` is a context of millions of tokens. */
function millionsModel(name: string): Model | undefined {
  const millions = /(?:^|[-_:./])([1-9]\d{1,2})m(?=$|[-_:./@])/.exec(name)?.[1];
  if (millions === undefined) return undefined;
  return { name: `${millions}m`, developer: "any", parameterBillions: { total: Number(millions) / 1000 } };
}

/** The longest prefix of the user's own that `name` goes on after, cut only at separators. */
function prefixOf(name: string, index: ModelIndex): Model | undefined {
  for (let end = name.length; end > 0; end = lastSeparator(name, end)) {
    const model = index.get(name.slice(0, end));
    if (model?.prefix === true) return model;
  }
  return undefined;
}

function lastSeparator(name: string, before: number): number {
  let at = before - 1;
  while (at > 0 && !"-_:@".includes(name[at]!)) at--;
  return at;
}

/** No model's name is longer, with its ARN or path; names come from outside. */
const LONGEST_NAME = 512;

/**
 * Finds the model that a name from an API, a router or a cloud stands for. Surer steps go first; within a step the
 * longest name wins.
 *
 * @param deployments names of Azure deployments, in lower case, and the models behind them
 */
export function resolveModelName(
  raw: string,
  index: ModelIndex,
  deployments: ReadonlyMap<string, string> = new Map(),
): ResolvedModel {
  if (raw.length > LONGEST_NAME) return { model: undefined, step: "unknown" };
  const name = raw.trim().toLowerCase();
  const find = (spelt: string): Model | undefined => index.get(spelt) ?? index.get(spellingKey(spelt));
  const exact = find(name);
  if (exact !== undefined) return { model: exact, step: exact.name === name ? "exact" : "alias" };

  const base = fineTuneBase(name);
  if (base !== undefined) {
    const resolved = resolveModelName(base, index);
    return resolved.model === undefined ? resolved : { model: resolved.model, step: "fine_tune" };
  }

  const bare = withoutPrefix(name);
  const stripped = find(bare);
  if (stripped !== undefined) return { model: stripped, step: "prefix" };

  let step: ResolutionStep = "date";
  for (let rest: string | undefined = bare; rest !== undefined;) {
    const undated = cut(rest, DATE_FORMS);
    if (undated === undefined) step = "variant";
    rest = undated ?? cut(rest, VARIANT_FORMS);
    const model = rest === undefined ? undefined : find(rest);
    if (model !== undefined) return { model, step };
  }

  const deployed = deployments.get(name) ?? deployments.get(bare);
  if (deployed !== undefined) {
    const resolved = resolveModelName(deployed, index);
    if (resolved.model !== undefined) return { model: resolved.model, step: "deployment" };
  }
  const sized = sizedModel(bare);
  if (sized !== undefined) return { model: sized, step: "size" };
  const prefix = prefixOf(bare, index);
  if (prefix !== undefined) return { model: prefix, step: "family" };
  return { model: undefined, step: "unknown" };
}
