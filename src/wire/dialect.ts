import type { Usage } from "../model/usage.ts";
import type { Excerpt } from "../transport/excerpt.ts";
import type { BatchReader } from "./batch.ts";
import type { ChoiceUsage } from "./choices.ts";
import { saysError } from "./error-answer.ts";
import type { Framing, StreamEvent } from "./framing.ts";
import { objectAt, stringAt, type JsonObject } from "./json.ts";
import type { Division } from "./model-usage.ts";
import type { Asked } from "./reading.ts";

/** What an answer, or one event of a streamed answer, says of its request. What it does not say is absent. */
export interface Statement extends Division {
  /** The model that answered. */
  readonly model?: string | undefined;
  /** The provider's usage object, unchanged. */
  readonly rawUsage?: JsonObject | undefined;
  /** The same in disjoint classes. In a stream, a later event's class replaces an earlier one's. */
  readonly usage?: Usage | undefined;
  /** Where the usage is not stated as a whole: that of each of several answers which the request asked for at once. */
  readonly ofChoices?: readonly ChoiceUsage[] | undefined;
  /** What the request asked for, where the answer need not say what came of it: it stands in as an estimate. */
  readonly askedFor?: Usage | undefined;
  /** Amounts that each event of a stream adds to those of the others, such as an image. */
  readonly adds?: Usage | undefined;
  /** The state of a response, run or batch, as the provider names it. */
  readonly status?: string | undefined;
  /** The id of a response, run or batch that the provider works on whether or not anybody reads on. */
  readonly jobId?: string | undefined;
  /** Another id under which it can be asked after, such as that of its stream. */
  readonly jobAlias?: string | undefined;
  /** It is an error, though the status of the exchange was 200. */
  readonly isError?: boolean;
}

/** How the answers of one endpoint say what a request consumed. */
export interface Dialect {
  /** The key under which an answer holds its usage object, for finding it in a long text without parsing all of it. */
  readonly usageKey: string;
  /** The key under which an answer names the model, for the same. */
  readonly modelKey: string;
  /** The provider's usage object as disjoint classes; undefined when it states none. */
  usage(raw: JsonObject, asked?: Asked): Usage | undefined;
  /** What an answer says, or one event of a stream. */
  says(object: JsonObject, asked?: Asked): Statement;
  /** What an answer that is too long to be parsed says beside its usage object: the number of images. */
  usageOfText?(text: string): Usage | undefined;
  /** What the end of an answer says that is too long to be parsed and has no usage object. */
  usageOfEnd?(text: string): Usage | undefined;
  /** Keys that say something besides the usage object and the model: an answer that holds one is parsed whole. */
  readonly alsoReads?: RegExp;
  /** What the answer's headers say, for bodies that say nothing of their usage. */
  usageOfHeaders?(headers: Pick<Headers, "get">): Usage | undefined;
  /** Whether answers may leave out how much was read, and there is nothing else to state: embeddings. It is then estimated. */
  readonly mayOmitInput?: boolean;
  /** Whether an answer may be about something that goes on, so that its state must be read. */
  readonly stateful?: boolean;
  /** For answers that may be streamed. */
  readonly stream?: StreamDialect;
}

export interface StreamDialect {
  /** @default server-sent events */
  readonly framing?: Framing;
  /**
   * What each event that states usage adds to the others besides: such streams have several, each of which must be seen.
   */
  readonly addsUp?: Usage;
  /** Whether the first events say something that the last ones do not repeat: both ends are then read. */
  readonly beginsWithUsage?: boolean;
  /** The last bytes of a stream after which nothing of the answer can come. @default `data: [DONE]` */
  readonly endMarker?: EndMarker;
  /** Whether nothing of the answer can come after this event. */
  isTerminal(event: StreamEvent): boolean;
  /**
   * How many characters of generated output an event carries: text, reasoning or arguments of a tool call.
   * Undefined when it carries none.
   */
  outputCharacters(data: JsonObject): number | undefined;
  /** By what in its text an event shows whether it carries output, so that few have to be parsed to find the first one. */
  readonly contentSigns?: ContentSigns;
  /** Which of several answers an event is of, where each may state a usage of its own. */
  choicesIn?(data: JsonObject): readonly number[];
}

/** Patterns for the text of events, in which a quote inside a string stands behind a backslash. */
export interface ContentSigns {
  /** Matches the text of every event that carries output, and of others. */
  readonly possible: RegExp;
  /** Matches only events that do. */
  readonly certain: RegExp;
}

/** How the end of a stream is recognised without looking for it at every chunk. */
export type EndMarker = {
  /** The last byte before line ends. */
  readonly lastByte: number;
} & (
  | { isAtEndOf(excerpt: Excerpt): boolean }
  | {
      /** Matches the stream's last bytes. */
      readonly pattern: RegExp;
      /** How many of them it is shown. @default 128 */
      readonly bytes?: number;
    }
);

/** What one logical request is, on the wire. */
export interface Endpoint {
  /** The `operation` label. */
  readonly operation: string;
  readonly dialect: Dialect;
  /**
   * `create`: each POST is a request. `follow`: asks after a request that was created before and is counted when
   * that has ended; never a request by itself. `submit`: creates a batch, which budgets may refuse; its requests count
   * when their results (`results`) or the batch's last state (`batch`) are fetched.
   */
  readonly role: "create" | "follow" | "submit" | "batch" | "results";
  /** For `batch` and `results`. */
  readonly batch?: BatchReader;
}

type DialectParts = Pick<Dialect, "usage"> & Partial<Dialect>;

/** A dialect whose answers hold `usage`, `model` and `error` at their top, unless its parts say otherwise. */
export function dialect(parts: DialectParts): Dialect {
  const { usageKey = "usage", modelKey = "model" } = parts;
  return {
    says: (object, asked) => ({
      model: stringAt(object, modelKey) || undefined,
      ...usageStatement(objectAt(object, usageKey), parts, asked),
      isError: saysError(object),
    }),
    ...parts,
    usageKey,
    modelKey,
  };
}

/** A provider's usage object, with what it amounts to. */
export const usageStatement = (
  raw: JsonObject | undefined,
  { usage }: Pick<Dialect, "usage">,
  asked?: Asked,
): Pick<Statement, "rawUsage" | "usage"> => (raw ? { rawUsage: raw, usage: usage(raw, asked) } : {});
