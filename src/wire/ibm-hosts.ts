import type { HostRule } from "./host-rule.ts";

/**
 * The hosts of IBM's watsonx.ai: a region of IBM's, or of Amazon's.
 *
 * @param path for which the rules hold. @default all
 */
export const ibmHosts = (path?: RegExp): readonly HostRule[] =>
  [
    { host: "{region}.ml.cloud.ibm.com" },
    { host: "private.{region}.ml.cloud.ibm.com" },
    { host: "{region}.aws.wxai.ibm.com" },
    { host: "wxai.ibmforusgov.com", zone: "USA" },
  ].map((rule) => ({ ...rule, provider: "ibm.watsonx.ai", ...(path && { path }) }));
