import type { Attributor, Subject } from "../../src/attribution/attributor.ts";
import { createAttribute } from "../../src/attribution/selection/attribute.ts";
import type { AttributionOptions } from "../../src/attribution/selection/selection.ts";
import type { Footprint } from "../../src/model/footprint.ts";
import type { Usage } from "../../src/model/usage.ts";

/** The attributor of a chat with a model, which is expected to have one. */
export function attributorFor(subject: Partial<Subject>, options: AttributionOptions = {}): Attributor {
  const attributor = createAttribute(options)({ provider: "openai", model: "gpt-4o", operation: "chat", ...subject });
  if ("unattributedReason" in attributor) throw new Error(`${attributor.model}: ${attributor.unattributedReason}`);
  return attributor;
}

/** The footprint of a usage, which is expected to have one. */
export function footprintOf(
  subject: Partial<Subject>,
  usage: Usage,
  options: AttributionOptions = {},
  durationSeconds = Infinity,
): Footprint {
  const footprint = attributorFor(subject, options).footprint(usage, durationSeconds);
  if (footprint === undefined) throw new Error("no footprint");
  return footprint;
}
