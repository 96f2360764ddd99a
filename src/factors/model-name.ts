import type { ResolutionStep } from "../model/footprint.ts";
import type { Model } from "./model.ts";
import { sizedModel, withoutVagueSize } from "./sized-name.ts";
import { brandOf, spellingKey } from "./spelling.ts";

/** A model found, and how. */
export interface ResolvedModel {
  readonly model: Model | undefined;
  readonly step: ResolutionStep;
}

/** How models are found by their names, all in lower case. */
export interface ModelIndex {
  /** By name, by alias, and by the {@link spellingKey} of either. */
  readonly byName: ReadonlyMap<string, Model>;
  /** The words that names begin with: `gpt`, `claude`. */
  readonly brands: ReadonlySet<string>;
}

/** No model's name is longer, with its ARN or path; names come from outside. */
const LONGEST_NAME = 512;

/** Region and vendor in front of a Bedrock or Oracle name: `us.anthropic.`, `eu.meta.`, `xai.`. */
const DOTTED_VENDOR = /^(?:(?:[a-z]{2,12}|us-gov|[xz]-ai|ai21)\.){1,2}(?=[a-z])/;
/** Bedrock says `deepseek.r1`, where the model's own name has the vendor in it. */
const DOTTED_DEEPSEEK = /^(?:[a-z]{2,12}\.)?deepseek\.(?!deepseek)/;
/** Vendor in front of a brand: `Cohere-command-r`, `databricks-claude-opus-4-1`, `openai:gpt-5`. */
const VENDOR =
  /^(?:anthropic|openai|azure|bedrock|google|vertex|meta|mistral(?:ai)?|cohere|ai21|[xz]-?ai(?:-org)?|amazon|microsoft|nvidia|qwen|alibaba|deepseek(?:-ai)?|moonshot(?:ai)?|minimax(?:ai)?|databricks|perplexity)[-_:](?=([a-z]+))/;

/** Dates, versions and moving tags at the end of a name. */
const DATE_FORMS = [
  /-\d{4}-\d{2}-\d{2}$/, //       gpt-4o-2024-08-06
  /[-@]\d{8}$/, //                claude-haiku-4-5-20251001, claude-sonnet-4@20250514
  /-\d{2}-\d{4}$/, //             command-r-08-2024
  /-\d{2}-\d{2}$/, //             gemini-2.5-pro-exp-03-25
  /[-@]\d{4}$/, //                mistral-large-2411, gpt-4-0125, codestral@2405
  /-\d{6}$/, //                   doubao-pro-241215
  /[-@:](?:latest|default)$/, //  mistral-small-latest
  /[-@]00\d$/, //                 gemini-1.5-pro-002, mistral-large@2411-001
  /-v[0-2](?::\d+)*(?::\d+k)?$/, // Bedrock: -v2:0, -v1:0:200k
  /-\d+:\d+$/, //                 Bedrock: gpt-oss-120b-1:0
  /\[\d+[km]\]$/, //              claude-sonnet-4-5[1m]
];

/** How a model is served or tuned, which changes nothing about its size. */
const VARIANT_FORMS = [
  /[-_](?:instruct|chat|it|hf|base|gguf|awq|gptq|mlx|qat|fp8|fp4|nvfp4|mxfp4|fp16|bf16|int4|int8|[48]bit)$/,
  /[-_](?:turbo|versatile|instant|specdec|tool-use|tee|maas|basic|free|online|priority|flex|tput)$/,
  /[-_](?:preview|beta|exp|experimental|rc\d*|thinking|non-thinking|non-reasoning|reasoning|codex|vision|high|low|minimal|xhigh|128k|32k|16k|8k)$/,
  /-(?:cloud|highspeed|think|spot|abliterated)$/,
  /-v[0-2](?:[.p-]\d+)?$/, //          mistral-7b-instruct-v0.3
  /-(?:i?q\d)(?:[-_][a-z0-9]+)*$/, // Ollama quantisations: -q4_k_m
  /:[a-z][\w.-]*$/, //             :free, :nitro, :thinking, :together
];
/** Served faster, and of some developers a lighter model: of a name that nobody knows, it says the tier. */
const FAST = /[-_]fast$/;

/** What stands at the end of a name, cut off; undefined when none of the forms does. */
function cut(name: string, forms: readonly RegExp[]): string | undefined {
  for (const form of forms) {
    const match = form.exec(name);
    if (match !== null && match.index > 0) return name.slice(0, match.index);
  }
  return undefined;
}

/** Everything in front of the model's own name, cut off: routers, publishers, accounts, regions. */
function withoutPrefix(name: string, brands: ReadonlySet<string>): string {
  const bare = name
    .slice(name.lastIndexOf("/") + 1)
    .replace(/^[a-z-]+:(?=[a-z]{2,12}\.[a-z])/, "")
    .replace(DOTTED_DEEPSEEK, "deepseek-")
    .replace(DOTTED_VENDOR, "");
  const [vendor, brand] = VENDOR.exec(bare) ?? [];
  if (vendor === undefined || !brands.has(brand!)) return bare;
  // mistral-embed is a name, and mistral:mistral-large is not.
  return vendor.endsWith(":") || !brands.has(brandOf(vendor)) ? bare.slice(vendor.length) : bare;
}

/** What may be a model's own name behind words that are not its own: `prod-gpt-4o`, `openai:chat-latest`. */
function* endings(name: string, brands: ReadonlySet<string>): Generator<string> {
  const [vendor] = VENDOR.exec(name) ?? [];
  if (vendor !== undefined) yield name.slice(vendor.length);
  for (const { index } of name.matchAll(/[-:]/g)) {
    const rest = name.slice(index + 1);
    if (/[\d-]/.test(rest) && brands.has(/^(?:[a-z]{3,}|o(?=\d))/.exec(rest)?.[0] ?? "")) yield rest;
  }
}

/** The model that a fine-tune starts from: `ft:BASE:org::id`, `BASE.ft-id`. */
function fineTuneBase(name: string): string | undefined {
  return /^ft:([^:]+)/.exec(name)?.[1] ?? /^(.+)\.ft-/.exec(name)?.[1];
}

/** The model that is left when dates and variants are taken off its name, one by one. */
function undressed(name: string, find: (name: string) => Model | undefined): ResolvedModel | undefined {
  let step: ResolutionStep = "date";
  for (let rest: string | undefined = name; rest !== undefined;) {
    const undated = cut(rest, DATE_FORMS);
    if (undated === undefined) step = "variant";
    rest = undated ?? cut(rest, [...VARIANT_FORMS, FAST]);
    const model = rest === undefined ? undefined : find(rest);
    if (model !== undefined) return { model, step };
  }
  return undefined;
}

/**
 * A name that nobody knows without what routers, clouds and fine-tunes put around it, and without its dates and
 * variants; what says its version and its tier stays.
 */
export function ownName(raw: string, brands: ReadonlySet<string>): string {
  if (raw.length > LONGEST_NAME) return "";
  const name = raw.trim().toLowerCase();
  let own = withoutVagueSize(withoutPrefix(fineTuneBase(name) ?? name, brands).replace(/[_ ]/g, "-"));
  for (;;) {
    const rest = cut(own, [...DATE_FORMS, ...VARIANT_FORMS]);
    if (rest === undefined || !/\d/.test(rest)) return own;
    own = rest;
  }
}

/** The longest prefix of the user's own that `name` goes on after, cut only at separators. */
function prefixOf(name: string, index: ModelIndex): Model | undefined {
  for (let end = name.length; end > 0; end = lastSeparator(name, end)) {
    const model = index.byName.get(name.slice(0, end));
    if (model?.prefix === true) return model;
  }
  return undefined;
}

function lastSeparator(name: string, before: number): number {
  let at = before - 1;
  while (at > 0 && !"-_:@".includes(name[at]!)) at--;
  return at;
}

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
  const find = (spelt: string): Model | undefined => index.byName.get(spelt) ?? index.byName.get(spellingKey(spelt));
  const exact = find(name);
  if (exact !== undefined) return { model: exact, step: exact.name === name ? "exact" : "alias" };

  const base = fineTuneBase(name);
  if (base !== undefined) {
    const resolved = resolveModelName(base, index);
    return resolved.model === undefined ? resolved : { model: resolved.model, step: "fine_tune" };
  }

  const written = withoutPrefix(name, index.brands);
  const bare = written.replace(/[_ ]/g, "-");
  const stripped = find(bare);
  if (stripped !== undefined) return { model: stripped, step: "prefix" };
  const plain = undressed(bare, find);
  if (plain !== undefined) return plain;

  const deployed = deployments.get(name) ?? deployments.get(written);
  if (deployed !== undefined) {
    const resolved = resolveModelName(deployed, index);
    if (resolved.model !== undefined) return { model: resolved.model, step: "deployment" };
  }
  for (const ending of endings(bare, index.brands)) {
    const model = find(ending) ?? undressed(ending, find)?.model;
    if (model !== undefined) return { model, step: "prefix" };
  }
  const shorter = withoutVagueSize(bare);
  if (shorter !== bare) {
    const { model, step } = resolveModelName(shorter, index, deployments);
    // `gpt-oss` is that of 20 × 10⁹ parameters, `gpt-oss-600b` is not.
    if (model !== undefined && sizedModel(model.name) === undefined) return { model, step };
  }
  const sized = sizedModel(bare);
  if (sized !== undefined) return { model: sized, step: "size" };
  const prefix = prefixOf(written, index);
  if (prefix !== undefined) return { model: prefix, step: "family" };
  return { model: undefined, step: "unknown" };
}
