import type { Usage } from "../model/usage.ts";
import { reported } from "./fields.ts";
import { isRequest, type Finding, type PastRequest } from "./past-request.ts";

/** One request for rows of a bucket that nothing tells apart. */
export function addedUp(findings: readonly Finding[]): Finding[] {
  const sums = new Map<string, PastRequest>();
  return [
    ...findings.filter((finding) => {
      if (!isRequest(finding)) return true;
      const before = sums.get(finding.id!);
      sums.set(finding.id!, before ? sumOfRequests(before, finding) : finding);
      return false;
    }),
    ...sums.values(),
  ];
}

/** What two rows of one sum come to. */
export function sumOfRequests(a: PastRequest, b: PastRequest): PastRequest {
  const names = new Set([...Object.keys(a.usage ?? {}), ...Object.keys(b.usage ?? {})]) as Set<keyof Usage>;
  const usage = Object.fromEntries(
    Array.from(names, (name) => [name, (a.usage?.[name] ?? 0) + (b.usage?.[name] ?? 0)] as const),
  );
  return { ...a, requests: a.requests + b.requests, ...reported(names.size > 0 ? usage : undefined) };
}
