import type { Footprint } from "../model/footprint.ts";
import type { RequestRecord } from "../model/request.ts";
import type { EndedRequest } from "../records/ended-request.ts";
import type { Gate } from "../requests/gate.ts";
import type { PendingRequest } from "../requests/pending-request.ts";
import type { Requests } from "../requests/requests.ts";
import type { Meter } from "./meter.ts";
import type { MeterJournal } from "./meter-journal.ts";

/** A meter, with what a server that relays requests needs of it besides its public methods. */
export interface AssembledMeter {
  readonly meter: Meter;
  readonly requests: Requests;
  readonly gate: Gate | undefined;
  /** Attributes and adds up a request that another program saw. */
  readonly addEnded: (ended: EndedRequest) => RequestRecord | undefined;
  /** What outlives the process; undefined without a journal. */
  readonly memory: Pick<MeterJournal, "remember" | "recall"> | undefined;
  /** Of a request whose answer has ended, and that the provider has not stated itself. */
  readonly settledFootprint: (request: PendingRequest) => Footprint | undefined;
}
