import { Binding } from "../requests/binding.ts";
import type { ApiFamily } from "../wire/family.ts";
import { AwsSigner } from "./aws-signer.ts";

/** Where the requests below one name go. */
export interface UpstreamOptions {
  readonly name: string;
  readonly url: string;
  /** As OpenTelemetry's `gen_ai.provider.name`; @default found from the host */
  readonly provider?: string | undefined;
  /** @default found from the host and the path */
  readonly family?: ApiFamily | undefined;
  readonly zone?: string | undefined;
  /** By whose rules requests are signed anew, with the gateway's own credentials. @default they go up as they came */
  readonly sign?: "aws" | undefined;
  /** Whether it is asked over HTTP/2 where it speaks that. @default false */
  readonly http2?: boolean | undefined;
  /** How long the head of an answer may take, in seconds. @default 600 */
  readonly headersTimeoutSeconds?: number | undefined;
  /** How long an answer's body may pause, in seconds. @default 600 */
  readonly bodyTimeoutSeconds?: number | undefined;
}

const PATIENCE_SECONDS = 600;

/** One upstream, as the gateway uses it. */
export class Upstream {
  readonly name: string;
  readonly origin: string;
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
  readonly binding: Binding;
  readonly family: ApiFamily | undefined;
  readonly signer: AwsSigner | undefined;
  readonly http2: boolean;
  readonly #basePath: string;

  /** @throws ConfigurationError where requests are to be signed, and what signs them is not installed */
  constructor(options: UpstreamOptions) {
    const {
      name,
      url,
      provider,
      family,
      zone,
      sign,
      http2 = false,
      headersTimeoutSeconds,
      bodyTimeoutSeconds,
    } = options;
    const { origin, pathname } = new URL(url);
    this.name = name;
    this.origin = origin;
    this.#basePath = pathname.replace(/\/$/, "");
    this.headersTimeout = 1000 * (headersTimeoutSeconds ?? PATIENCE_SECONDS);
    this.bodyTimeout = 1000 * (bodyTimeoutSeconds ?? PATIENCE_SECONDS);
    this.family = family;
    this.http2 = http2;
    this.signer = sign && new AwsSigner(origin);
    this.binding = new Binding({ provider, providerOfSdk: undefined, family, labels: {}, zone });
  }

  /** @param rest what stands behind the upstream's name in the gateway's path, with its query */
  pathOf(rest: string): string {
    return `${this.#basePath}${rest}`.replace(/^(?!\/)/, "/");
  }
}
