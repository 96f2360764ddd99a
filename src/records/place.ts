import type { ZoneBasis } from "../model/footprint.ts";
import type { PendingRequest } from "../requests/pending-request.ts";
import { placesOfModel } from "../wire/model-place.ts";
import type { Reading } from "../wire/reading.ts";
import { statedPlace } from "../wire/stated-place.ts";

/** Where a request was served, as far as the wire says. */
export interface PlaceOfRequest {
  /** Of several places that cannot be told apart, all; undefined where it was served anywhere, or nobody says. */
  readonly zone: string | readonly string[] | undefined;
  /** Who says the zone. */
  readonly zoneBasis: ZoneBasis | undefined;
  /** The provider that served what a router passed on. */
  readonly servedBy?: string | undefined;
}

/** What was declared, else what the answer states, else what the model's id says, else the endpoint. */
export function placeOfRequest(
  { start: { origin, requestedModel }, answerHeaders }: PendingRequest,
  reading: Reading | undefined,
): PlaceOfRequest {
  const stated = statedPlace(origin.provider, answerHeaders, reading);
  const servedBy = stated?.servedBy === origin.provider ? undefined : stated?.servedBy;
  const { zone, zoneBasis } = origin;
  const place: PlaceOfRequest =
    zoneBasis === "declared"
      ? { zone, zoneBasis }
      : stated?.zone !== undefined
        ? { zone: stated.zone, zoneBasis: "stated" }
        : (placeOfModel(requestedModel) ?? { zone, zoneBasis });
  return servedBy === undefined ? place : { ...place, servedBy };
}

/** Where a model is served by its id alone; undefined where the id says nothing. */
export function placeOfModel(model: string | undefined): PlaceOfRequest | undefined {
  const places = model === undefined ? undefined : placesOfModel(model);
  if (places === undefined) return undefined;
  return places.length > 0 ? { zone: places, zoneBasis: "endpoint" } : { zone: undefined, zoneBasis: undefined };
}
