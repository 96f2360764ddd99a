import type { HostRule } from "./host-rule.ts";
import type { UsageHabits } from "./usage-habits.ts";

/** Where a path of Vertex AI names the region. */
const LOCATION = /\/locations\/(?<region>[a-z0-9-]+)(?:\/|$)/;

const NAMES = [
  "aiplatform",
  "{region}-aiplatform",
  "aiplatform.{region}.rep",
  "aiplatform-{endpoint}.p",
  "{region}-aiplatform-{endpoint}.p",
];

/**
 * Vertex AI's hosts: the global one, one per region, multi-regions, and private endpoints.
 *
 * @param path for which the rules hold. @default all
 */
export const vertexHosts = (path?: RegExp, usage?: UsageHabits): readonly HostRule[] =>
  NAMES.map((name) => ({
    host: `${name}.googleapis.com`,
    provider: "gcp.vertex_ai",
    regionInPath: LOCATION,
    ...(path && { path }),
    ...(usage && { usage }),
  }));
