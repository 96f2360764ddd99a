import type { IncomingMessage, ServerResponse } from "node:http";
import { hostname } from "node:os";

import type { Derivation } from "../attribution/views/explain.ts";
import type { BudgetState } from "../budgets/accounts/state.ts";
import type { RequestRecord } from "../model/request.ts";
import { derivationView } from "../report/derivation.ts";
import type { TotalsOverview } from "../totals/totals-overview.ts";
import { hostProblem } from "./allowed-hosts.ts";
import { assetAnswer, bodyAnswer, jsonAnswer, textAnswer, type Answer } from "./answer.ts";
import { loadAssets } from "./assets.ts";
import { isAuthorized, type Authorize } from "./authorize.ts";
import { CONTENT_SECURITY_POLICY, DOCUMENT } from "./document.ts";
import { History, PAST_SPANS, type HistoryBucket } from "./history.ts";
import { LiveEvents } from "./live-events.ts";
import { dashboardSnapshot, recentRequest, type DashboardSnapshot, type ProcessFacts } from "./snapshot.ts";

export interface DashboardSources {
  readonly totals: () => TotalsOverview;
  readonly budgets: () => readonly BudgetState[];
  /** Calls the listener with each request as it ends; returns what stops that. */
  readonly subscribe: (listener: (record: RequestRecord) => void) => () => void;
  /** What a journal holds of the time before. */
  readonly past?: Past | undefined;
  /** The application's name, for the page's title. */
  readonly application?: string | undefined;
  /** How a record's footprint was computed. */
  readonly explain?: (record: RequestRecord) => Derivation;
  /** Who may see the page; @default everybody who can reach it */
  readonly authorize?: Authorize | undefined;
  /** The hosts that the page answers to besides this machine's names and addresses, where everybody may see it. */
  readonly allowedHosts?: readonly string[] | undefined;
}

/** What was before the process started. */
export interface Past {
  /** The first request; undefined where there is none. */
  readonly since: () => Date | undefined;
  /** The sums of stretches of so many seconds. */
  readonly buckets: (from: Date, to: Date, bucketSeconds: number) => readonly HistoryBucket[];
}

/** Answers requests for the page; for express, mounted at any path, as well as for plain `node:http`. Never rejects. */
export interface DashboardHandler {
  (request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Ends the streams to open pages and stops listening to requests. */
  close(): void;
}

const UPDATE_SECONDS = 1;
const BUCKET_SECONDS = 5;
const BUCKETS = 720;
const RECENT_REQUESTS = 50;
const PAST_KEPT_MILLISECONDS = 60_000;

/** The live page: read-only, with all that it needs from this process. */
export function dashboardHandler(sources: DashboardSources): DashboardHandler {
  const history = new History(BUCKET_SECONDS, BUCKETS);
  const recent: { readonly record: RequestRecord; readonly endedAt: Date }[] = [];
  let assets: ReturnType<typeof loadAssets> | undefined;
  const events = new LiveEvents(UPDATE_SECONDS, () => JSON.stringify(snapshot()));
  const unsubscribe = sources.subscribe((record) => {
    const endedAt = new Date();
    history.add(record, endedAt);
    recent.unshift({ record, endedAt });
    if (recent.length > RECENT_REQUESTS) recent.pop();
    events.changed();
  });

  function snapshot(): DashboardSnapshot {
    const now = new Date();
    const since = now.getTime() / 1000 - BUCKET_SECONDS * BUCKETS;
    return dashboardSnapshot(now, sources.totals(), {
      process: processFacts(sources),
      budgets: sources.budgets(),
      history: { bucketSeconds: BUCKET_SECONDS, buckets: history.since(since) },
      recent: recent.map(({ record, endedAt }) => recentRequest(record, endedAt)),
    });
  }

  /** @param encodedId as it stands in an address */
  function explained(encodedId: string): unknown {
    const record = recent.find((one) => encodeURIComponent(one.record.id) === encodedId)?.record;
    return record && { record, derivation: sources.explain && derivationView(sources.explain(record), record.usage) };
  }

  async function answerTo(request: IncomingMessage): Promise<Answer> {
    const { authorize, allowedHosts } = sources;
    if (authorize === undefined || allowedHosts !== undefined) {
      const problem = hostProblem(request, allowedHosts ?? []);
      if (problem !== undefined) return textAnswer(421, problem);
    }
    if (!(await isAuthorized(authorize, request))) return textAnswer(401, "This page needs a token.", CHALLENGE);
    if (request.method !== "GET" && request.method !== "HEAD") {
      return textAnswer(405, "This page can only be read.", { Allow: "GET, HEAD" });
    }
    const withSlash = missingSlash(request);
    if (withSlash !== undefined) return textAnswer(308, "The page is one level down.", { Location: withSlash });
    const path = new URL(request.url ?? "/", "http://page").pathname.slice(1);
    if (path === "") return bodyAnswer(200, "text/html", DOCUMENT);
    if (path === "snapshot.json") return jsonAnswer(snapshot());
    if (path === "history.json") return pastAnswer(request);
    if (path === "events") return events.answerTo(request, authorize === undefined);
    const id = /^requests\/(.+)\.json$/.exec(path)?.[1];
    const found = id === undefined ? undefined : explained(id);
    if (found !== undefined) return jsonAnswer(found);
    const asset = (await (assets ??= loadAssets())).get(path);
    return asset ? assetAnswer(request, asset) : textAnswer(404, "There is nothing here.");
  }

  /** What a journal holds of a day, a week or a month: at most once a minute, since it is read in this process. */
  const pastAnswers = new Map<number, { readonly until: number; readonly answer: Answer }>();
  function pastAnswer(request: IncomingMessage): Answer {
    const span = PAST_SPANS.find(({ seconds }) => request.url?.endsWith(`?span=${seconds}`));
    if (!span || !sources.past) return textAnswer(404, "There is nothing here.");
    const now = Date.now();
    const kept = pastAnswers.get(span.seconds);
    if (kept && kept.until > now) return kept.answer;
    const bucketMilliseconds = span.bucketSeconds * 1000;
    const from = new Date(Math.floor((now - span.seconds * 1000) / bucketMilliseconds) * bucketMilliseconds);
    const buckets = sources.past.buckets(from, new Date(now), span.bucketSeconds);
    const answer = jsonAnswer({ bucketSeconds: span.bucketSeconds, buckets });
    pastAnswers.set(span.seconds, { until: now + PAST_KEPT_MILLISECONDS, answer });
    return answer;
  }

  const handler = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    try {
      (await answerTo(request))(response);
    } catch {
      if (response.headersSent) response.destroy();
      else textAnswer(500, "The page could not be made.")(response);
    }
  };
  const close = (): void => {
    unsubscribe();
    events.close();
  };
  return Object.assign(handler, { close });
}

function processFacts({ past, application }: DashboardSources): ProcessFacts {
  const startedAt = new Date(Date.now() - 1000 * process.uptime());
  const since = past?.since();
  return {
    startedAt: startedAt.toISOString(),
    since: (since && since < startedAt ? since : startedAt).toISOString(),
    host: hostname(),
    ...(application !== undefined && { application }),
    hasPast: past !== undefined,
  };
}

const CHALLENGE = { "WWW-Authenticate": 'Basic realm="llm-footprint", charset="UTF-8"' };

const SECURITY_HEADERS = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** The page's addresses are relative: mounted at `/footprint` by express, it must be asked for as `/footprint/`. */
function missingSlash(request: IncomingMessage): string | undefined {
  const original = "originalUrl" in request ? String(request.originalUrl) : undefined;
  const path = original?.split("?")[0];
  if (path === undefined || path.endsWith("/") || request.url?.split("?")[0] !== "/") return undefined;
  return `${path.slice(path.lastIndexOf("/") + 1)}/`;
}
