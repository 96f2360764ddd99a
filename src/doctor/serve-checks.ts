import type { Finding } from "./finding.ts";

/** How long the server may take to say that it is well. */
const PATIENCE_MILLISECONDS = 5000;

/**
 * What `llm-footprint serve` says of itself, besides its metrics.
 *
 * @param url such as `http://127.0.0.1:4141`
 */
export async function checkServe(url: string): Promise<Finding[]> {
  const health = await statusOf(url, "/healthz");
  if (health !== 200) {
    return [
      {
        check: "serve",
        level: "problem",
        text: `It does not answer at ${url}/healthz${health === undefined ? "" : ` (status ${health})`}.`,
        remedy: "Start llm-footprint serve, and give the address that it prints.",
      },
    ];
  }
  const ready = await statusOf(url, "/readyz");
  return [
    ready === 200
      ? { check: "serve", level: "good", text: "The gateway answers and takes requests." }
      : {
          check: "serve",
          level: "warning",
          text: "The gateway answers, but takes no requests: it drains.",
          remedy: "Wait for the one that takes its place, or start it again.",
        },
  ];
}

async function statusOf(url: string, path: string): Promise<number | undefined> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS);
    const response = await fetch(new URL(path, url), { signal });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}
