import type { HostRule } from "./host-rule.ts";

/** Oracle's second-level domains, as `oci-common` 2.142.1 has them. */
const REALMS = [
  ...["oraclecloud.com", "oraclecloud.eu", "oraclegovcloud.com", "oraclegovcloud.uk"],
  ...[8, 9, 10, 14, 15, 20, 21, 23, 24, 26, 29, 35, 42, 51, 52].map((number) => `oraclecloud${number}.com`),
];

/**
 * The hosts of Oracle's generative AI.
 *
 * @param path for which the rules hold. @default all
 */
export const oracleHosts = (path?: RegExp): readonly HostRule[] =>
  REALMS.map((realm) => ({
    host: `inference.generativeai.{region}.oci.${realm}`,
    provider: "oci",
    ...(path && { path }),
  }));
