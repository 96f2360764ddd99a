import type { Target } from "../../requests/binding.ts";
import { stringAt } from "../../wire/json.ts";
import { requestedLimits, type RequestedLimits } from "../../wire/requested-limits.ts";
import type { CallOptions } from "./calls.ts";

/** What a call asks for. Of a form that is encoded already openai 4 has the model beside it. */
export function askedByOptions({ family, endpoint }: Target, options: CallOptions | undefined): RequestedLimits {
  const asked = requestedLimits(family.request, options?.body, endpoint.operation);
  const model = asked.model ?? stringAt(options?.__metadata, "model");
  return model === asked.model ? asked : { ...asked, model };
}
