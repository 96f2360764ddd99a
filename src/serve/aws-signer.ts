import { LazyPackage } from "../lazy/lazy-package.ts";
import { withoutHeaders } from "./headers.ts";

/** What is asked of AWS's SDK, which finds the credentials in its usual places and renews them. */
interface AwsSdk {
  readonly BedrockRuntimeClient: new (options: { readonly region?: string }) => {
    readonly config: { signer(): Promise<{ sign(request: object): Promise<{ readonly headers: SignedHeaders }> }> };
  };
}

type SignedHeaders = Readonly<Record<string, string>>;

/** Loaded where an upstream is configured so. */
export const awsSdk = new LazyPackage<AwsSdk>("@aws-sdk/client-bedrock-runtime");

/** The region that a host names, as `bedrock-runtime.eu-west-1.amazonaws.com` does. */
const REGION = /\.([a-z]{2,}(?:-[a-z]+)+-\d+)\./;

/** What the signature of a client consists of, or its key: the gateway's takes their place. */
const OF_A_SIGNATURE: ReadonlySet<string> = new Set([
  "authorization",
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-security-token",
]);

/** A request of which all is known that is signed. */
export interface Signable {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly contentType: string | undefined;
  readonly body: Uint8Array | undefined;
}

/** Signs requests to one upstream anew (SigV4), with the gateway's own credentials. */
export class AwsSigner {
  readonly #upstream: URL;
  readonly #client: InstanceType<AwsSdk["BedrockRuntimeClient"]>;

  /** @throws ConfigurationError where the SDK is not installed */
  constructor(origin: string) {
    this.#upstream = new URL(origin);
    const region = REGION.exec(this.#upstream.hostname)?.[1];
    this.#client = new (awsSdk.load().BedrockRuntimeClient)(region === undefined ? {} : { region });
  }

  /**
   * The headers of the signature, names and values in turn.
   *
   * @throws Error where there are no credentials
   */
  async signature({ method, path, contentType, body }: Signable): Promise<string[]> {
    const { protocol, hostname, host } = this.#upstream;
    const { pathname, search } = splitPath(path);
    const headers = { host, ...(contentType !== undefined && { "content-type": contentType }) };
    const signer = await this.#client.config.signer();
    const signed = await signer.sign({
      method,
      protocol,
      hostname,
      path: pathname,
      query: queryOf(search),
      headers,
      body,
    });
    return Object.entries(signed.headers).flatMap(([name, value]) => (name in headers ? [] : [name, value]));
  }
}

/** Headers as they go up, with one signature in place of what the client had for one. */
export const resigned = (headers: readonly string[], signature: readonly string[]): string[] => [
  ...withoutHeaders(headers, (name) => OF_A_SIGNATURE.has(name)),
  ...signature,
];

/** The path as it is sent: a URL would write some of it anew. */
function splitPath(path: string): { readonly pathname: string; readonly search: string } {
  const at = path.indexOf("?");
  return at < 0 ? { pathname: path, search: "" } : { pathname: path.slice(0, at), search: path.slice(at + 1) };
}

const queryOf = (search: string): Readonly<Record<string, string | string[]>> => {
  const query = new URLSearchParams(search);
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name)]));
};
