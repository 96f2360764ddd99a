import type { Stated } from "../../model/stated.ts";
import type { SeenBody } from "../../transport/body-tap.ts";
import { isObject, parsed } from "../json.ts";
import type { Reading } from "../reading.ts";
import { serverSentEvents } from "../server-sent-events.ts";
import { checkedStatement } from "./checked-statement.ts";
import { draftedForm } from "./drafted-form.ts";
import { openGateLlmCarbon } from "./opengatellm.ts";
import { quantityOfText } from "./stated-amount.ts";
import { statementComment } from "./statement-comment.ts";
import { textGenerationEnergy } from "./text-generation-inference.ts";
import { statementObject } from "./statement-object.ts";
import type { Said, StatedHeaders, StatementShape } from "./statement-shape.ts";
import { shapeOf } from "./stating-providers.ts";

/** The longest header that is looked into; what states an energy takes a few hundred characters. */
const LONGEST_HEADER = 4 * 1024;

/** A statement, with the object that was sent. */
interface Found {
  /** Undefined for what stands in the place of a statement and cannot be read. */
  readonly said: Said | undefined;
  readonly raw?: unknown;
}

/**
 * What an answer says of its own footprint: in its provider's form, or in those that any host may use.
 *
 * @param contentType in lower case
 * @returns `unreadable` for what stands in the place of a statement and is broken
 */
export function readStatement(
  provider: string,
  seen: SeenBody,
  contentType: string,
  reading: Reading,
  headers: StatedHeaders | undefined,
): Stated | "unreadable" | undefined {
  const isStream = isEventStream(seen, contentType);
  const shape = shapeOf(provider);
  const found =
    (shape && ownStatement(shape, seen, isStream, headers)) ??
    statementOfUsage(reading.rawUsage) ??
    (isStream ? statementOfText(statementComment(seen)) : undefined) ??
    (headers && statementOfHeaders(headers));
  if (!found) return undefined;
  return found.said ? checkedStatement(found.said, found.raw, reading.usage) : "unreadable";
}

/** As its first bytes say, whatever its content type. */
const isEventStream = ({ json, text, excerpt }: SeenBody, contentType: string): boolean =>
  serverSentEvents.announcedBy(contentType) ||
  (json === undefined && serverSentEvents.begins(text ?? excerpt?.head() ?? ""));

function ownStatement(
  { key, ofObject, ofHeaders }: StatementShape,
  seen: SeenBody,
  isStream: boolean,
  headers: StatedHeaders | undefined,
): Found | undefined {
  if (headers && ofHeaders) {
    const said = ofHeaders(headers);
    if (said) return { said, raw: { energyJoules: said.energyJoules, co2eGrams: said.co2eGrams } };
  }
  if (key === undefined || !ofObject) return undefined;
  return statementOf(statementObject(key, seen, isStream), ofObject);
}

/** `usage.energy` of the common form, `usage.carbon` of a gateway, or what a server of one's own counts beside the tokens. */
function statementOfUsage(usage: unknown): Found | undefined {
  if (!isObject(usage)) return undefined;
  if ("energy_mj" in usage) return statementOf(usage, textGenerationEnergy);
  return statementOf(usage["energy"], draftedForm) ?? statementOf(usage["carbon"], openGateLlmCarbon);
}

function statementOf(value: unknown, read: (object: Readonly<Record<string, unknown>>) => Said): Found | undefined {
  if (value === undefined || value === null) return undefined;
  return isObject(value) ? { said: read(value), raw: value } : { said: undefined };
}

function statementOfText(text: string | undefined): Found | undefined {
  if (text === undefined) return undefined;
  return statementOf(text.length > LONGEST_HEADER ? "" : (parsed(text) ?? ""), draftedForm);
}

function statementOfHeaders(headers: StatedHeaders): Found | undefined {
  const energy = headers.get("x-energy-data");
  if (energy !== null) return statementOfText(energy);
  const grams = headers.get("carbon-emissions-scope-2");
  if (grams === null) return undefined;
  const co2eGrams = quantityOfText(grams);
  return { said: { co2eGrams, source: "estimated", method: "other", boundary: "unknown" }, raw: { co2eGrams } };
}
