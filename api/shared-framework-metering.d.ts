import { Labels } from "./shared-request.js";

// dist/clients/frameworks/framework-metering.d.ts
/** What is said of the requests that a framework makes. */
interface FrameworkOptions {
  /** Added to every request: names that the meter declares. */
  readonly labels?: Labels;
  /** As OpenTelemetry's `gen_ai.provider.name`. @default as the framework names it */
  readonly provider?: string;
  /** Where the electricity comes from: ISO 3166-1 alpha-3 or a cloud region. @default the provider's */
  readonly zone?: string;
  /** What to do with requests that a gateway of ours has counted, where the framework shows its answers' headers. @default "leave" */
  readonly behindGateway?: "leave" | "count";
}
export { FrameworkOptions };