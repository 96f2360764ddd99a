import type { HostRule } from "./host-rule.ts";
import type { UsageHabits } from "./usage-habits.ts";

const LOCATION = /\/locations\/(?<region>[a-z0-9-]+)(?:\/|$)/;

/**
 * Vertex AI's hosts: the global one, one per region, and multi-regions.
 *
 * @param path for which the rules hold. @default all
 */
export const vertexHosts = (path?: RegExp, usage?: UsageHabits): readonly HostRule[] =>
  ["aiplatform", "{region}-aiplatform", "aiplatform.{region}.rep"].map((name) => ({
    host: `${name}.googleapis.com`,
    provider: "gcp.vertex_ai",
    regionInPath: LOCATION,
    ...(path && { path }),
    ...(usage && { usage }),
  }));
