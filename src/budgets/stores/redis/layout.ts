import { createHash } from "node:crypto";

import { ConfigurationError, shown } from "../../../model/errors.ts";
import type { Account } from "../../definition/budget.ts";

/** Where the accounts lie: all under one hash tag, or spread over a cluster. */
export interface Layout {
  /** The accounts that have a tag in common, which one script can reach, by that tag. */
  tagOf(account: Account): string;
  /** A tag to ask when no account is known yet. */
  readonly anyTag: string;
  readonly accountKeys: (account: Account) => readonly string[];
  /** What a tag keeps once for all its accounts. */
  tagKey(tag: string, kind: "epoch" | "replicas"): string;
  settlementKey(tag: string, id: string): string;
}

function layout(anyTag: string, tagOf: (account: Account) => string): Layout {
  const keys = new WeakMap<Account, readonly string[]>();
  return {
    tagOf,
    anyTag,
    accountKeys(account) {
      let ofAccount = keys.get(account);
      if (ofAccount === undefined) {
        ofAccount = ["account", "holds", "expiries"].map((part) => `${tagOf(account)}:${part}:${account.key}`);
        keys.set(account, ofAccount);
      }
      return ofAccount;
    },
    tagKey: (tag, kind) => `${tag}:${kind}`,
    settlementKey: (tag, id) => `${tag}:settled:${id}`,
  };
}

/** All accounts on one node of a cluster: a request's steps are atomic whatever accounts they touch. */
export function undivided(prefix: string): Layout {
  const tag = `{${prefix}:budgets}`;
  return layout(tag, () => tag);
}

/** Far more than a cluster has nodes, so that they share evenly; few enough that what each keeps does not matter. */
const SHARDS = 256;

/** The groups of each budget spread over the nodes of a cluster, by their keys. */
export function byGroup(prefix: string): Layout {
  const tags = new WeakMap<Account, string>();
  const tagOfShard = (shard: number): string => `{${prefix}:budgets:${shard}}`;
  return layout(tagOfShard(0), (account) => {
    let tag = tags.get(account);
    if (tag === undefined) {
      const shard = createHash("sha256").update(account.key).digest().readUInt32BE() % SHARDS;
      tags.set(account, (tag = tagOfShard(shard)));
    }
    return tag;
  });
}

/** @throws ConfigurationError for a prefix that would change which part of a key decides on its node */
export function checkedPrefix(prefix: unknown): string {
  if (typeof prefix === "string" && !/[{}]/.test(prefix)) return prefix;
  throw new ConfigurationError(
    "redisBudgetStore.prefix",
    `expected text without braces, got ${shown(prefix)}`,
    "Redis Cluster reads braces in a key as its hash tag: use other characters, such as tenant-1.",
  );
}
