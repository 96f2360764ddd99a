import * as v from "valibot";

import { FAMILIES } from "../wire/families.ts";
import { TOKEN_HEADER } from "./access.ts";
import { CREDENTIAL_HEADERS } from "./request-labels.ts";

const text = v.pipe(v.string("expected text"), v.nonEmpty("expected text that is not empty"));
/** Less than what a timer can wait for. */
const MOST_SECONDS = 2_000_000;
const seconds = v.pipe(
  v.number("expected seconds"),
  v.gtValue(0, "expected more than 0 seconds"),
  v.maxValue(MOST_SECONDS, `expected ${MOST_SECONDS} seconds or fewer`),
);
const familyNames = FAMILIES.map(({ name }) => name);
const labelName = v.pipe(text, v.regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, "expected letters, digits and underscores"));

const upstream = v.strictObject(
  {
    url: v.pipe(
      text,
      v.url("expected a URL"),
      v.regex(/^https?:/, "expected a URL of http or https"),
      v.check(isPlain, "expected a URL without user, query and fragment"),
      v.description("Where `/<name>/…` goes."),
    ),
    family: v.optional(
      v.pipe(
        v.picklist(familyNames, `expected one of ${familyNames.join(", ")}`),
        v.description("The wire format. Default: by host and path."),
      ),
    ),
    provider: v.optional(v.pipe(text, v.description("Who serves. Default: by host."))),
    zone: v.optional(v.pipe(text, v.description("Where its electricity comes from. Default: by host and provider."))),
    sign: v.optional(
      v.pipe(
        v.literal("aws", "expected aws"),
        v.description(
          "Signs each request anew (SigV4), with the gateway's own AWS credentials. Needs `@aws-sdk/client-bedrock-runtime`. Default: requests go up as they were signed.",
        ),
      ),
    ),
    http2: v.optional(
      v.pipe(
        v.boolean("expected true or false"),
        v.description(
          "Whether it is asked over HTTP/2 where it speaks that. Default: false, as a connection that the upstream lets go of breaks the answer on it.",
        ),
      ),
    ),
    headersTimeoutSeconds: v.optional(
      v.pipe(seconds, v.description("How long the head of an answer may take. Default: 600.")),
    ),
    bodyTimeoutSeconds: v.optional(
      v.pipe(
        seconds,
        v.description(
          "How long the body of an answer may pause, and the beginning of a request may take. Default: 600.",
        ),
      ),
    ),
  },
  unknownKey,
);

const fromHeader = v.strictObject(
  {
    header: v.pipe(
      text,
      v.regex(/^[\w!#$%&'*+.^`|~-]+$/, "expected the name of a header"),
      v.check((name) => !isSecretHeader(name), "expected a header that holds no credential (use credentialHash)"),
      v.description("The header that the label's value is read from."),
    ),
    allow: v.optional(
      v.pipe(
        v.array(text, "expected a list of values"),
        v.description("The values that are taken. Default: all, up to the meter's bound of values of a label."),
      ),
    ),
    otherwise: v.optional(
      v.pipe(
        text,
        v.description(
          "The value of a request without the header, or with a value that is not allowed. Default: other.",
        ),
      ),
    ),
  },
  unknownKey,
);

const fromCredential = v.strictObject(
  {
    credentialHash: v.pipe(
      v.number("expected a number of digits"),
      v.integer("expected a whole number"),
      v.minValue(4, "expected 4 digits or more"),
      v.maxValue(16, "expected 16 digits or fewer"),
      v.description("The label is as many first digits of a salted hash of the caller's credential."),
    ),
    salt: v.optional(v.pipe(text, v.description("Of the hash. Default: a new one at each start."))),
  },
  unknownKey,
);

/** More than any machine has use for: a slip of the keyboard must not start thousands. */
const MOST_WORKERS = 128;

const listen = v.pipe(
  v.union([text, v.number()], "expected an address such as 127.0.0.1:4141"),
  v.description(
    "Address and port, or a port alone for loopback. An address that others can reach needs `access.token`.",
  ),
);

/** Every key of `footprint.yaml`, what it takes and what it means: checked, and written into the reference. */
export const configurationSchema = v.strictObject(
  {
    listen: v.optional(listen, "127.0.0.1:4141"),
    upstreams: v.optional(
      v.pipe(
        v.record(
          v.pipe(text, v.regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/, "expected letters, digits, . _ -")),
          upstream,
          "expected upstreams by name",
        ),
        v.description("By name, added to the known ones; one of the same name takes its place."),
      ),
      {},
    ),
    labels: v.optional(
      v.pipe(
        v.record(
          labelName,
          v.union([fromHeader, fromCredential], "expected { header, … } or { credentialHash, … }"),
          "expected labels by name",
        ),
        v.description("By name, where the value of each label comes from."),
      ),
      {},
    ),
    budgets: v.optional(v.pipe(text, v.description("A file of budgets. Default: none."))),
    factors: v.optional(
      v.pipe(
        v.array(text, "expected a list of files"),
        v.description("Files of your own factors, such as one that `calibrate` wrote."),
      ),
      [],
    ),
    journal: v.optional(v.pipe(text, v.description("A file for the journal. Default: none."))),
    workers: v.optional(
      v.pipe(
        v.number("expected a number of processes"),
        v.integer("expected a whole number"),
        v.minValue(1, "expected 1 or more"),
        v.maxValue(MOST_WORKERS, `expected ${MOST_WORKERS} or fewer`),
        v.description("How many processes share the port."),
      ),
      1,
    ),
    disclose: v.optional(
      v.pipe(
        v.boolean("expected true or false"),
        v.description("Whether answers say what they took: a header on JSON, a comment in event streams."),
      ),
      false,
    ),
    access: v.optional(
      v.pipe(
        v.strictObject(
          {
            token: v.pipe(
              text,
              v.regex(/^[!-~](?:[ -~]*[!-~])?$/, "expected printable ASCII without spaces around it"),
              v.description("What the header `x-footprint-token` has to say; the password of the live page, too."),
            ),
          },
          unknownKey,
        ),
        v.description("Who may use the gateway and its pages. Default: everybody who can reach it."),
      ),
    ),
  },
  unknownKey,
);

/** What is wrong with an object of fixed keys: one that is unknown, one that is missing, or that it is not an object. */
function unknownKey({ expected, received }: { readonly expected: string | null; readonly received: string }): string {
  if (expected === "never") return "there is no such key";
  return received === "undefined" ? "expected a value" : "expected keys with their values";
}

/** What else a URL may have would get lost. */
function isPlain(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { username, password, search, hash } = new URL(url);
  return `${username}${password}${search}${hash}` === "";
}

const isSecretHeader = (name: string): boolean => SECRET_HEADERS.has(name.toLowerCase());

const SECRET_HEADERS = new Set([...CREDENTIAL_HEADERS, TOKEN_HEADER, "proxy-authorization", "cookie"]);
