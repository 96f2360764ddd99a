/**
 * Everything that an application can see of a value, as plain data that can be compared: classes by name, errors with
 * their fields and causes, responses with their headers. Unlike a structural comparison it notices when a promise, a
 * stream or an error has become another kind of thing.
 *
 * @param origins the addresses of this run's provider, which differ from run to run and are left out
 */
export function visible(value: unknown, ...origins: readonly string[]): unknown {
  const above = new Set<object>();
  const withoutOrigins = (text: string): string =>
    origins.reduce((rest, origin) => rest.replaceAll(origin, "http://provider"), text);

  function show(item: unknown): unknown {
    if (typeof item === "string") return withoutOrigins(item).replace(UUID, "uuid");
    if (typeof item === "function") return `function ${item.name}`;
    if (typeof item !== "object" || item === null) return item;
    if (above.has(item)) return "circular";
    above.add(item);
    const shown = showObject(item);
    above.delete(item);
    return shown;
  }

  function showObject(item: object): unknown {
    if (Array.isArray(item)) return item.map(show);
    if (item instanceof Uint8Array) return { bytes: Buffer.from(item).toString("base64") };
    if (item instanceof Date) return { date: item.toISOString() };
    if (item instanceof Map) return { map: [...item].map(show) };
    const kind = kindOf(item);
    if (kind === "AbortSignal" || kind === "AbortController") return kind;
    if (kind === "Headers") return { headers: show(entriesOf(item as Headers)) };
    if (kind === "Response") return showResponse(item as Response);
    if (kind === "ReadableStream") return { kind, locked: (item as ReadableStream).locked };
    if (item instanceof Error) {
      return {
        kind,
        classes: classesOf(item),
        message: show(item.message),
        cause: show(item.cause),
        fields: fieldsOf(item),
      };
    }
    return kind === "Object" ? fieldsOf(item) : { kind, fields: fieldsOf(item) };
  }

  /** A response's state is behind getters; its own keys are shown too, because a wrapper might have added some. */
  function showResponse(response: Response) {
    const { status, statusText, url, redirected, type, ok, bodyUsed, headers } = response;
    const state = { status, statusText, url, redirected, type, ok, bodyUsed };
    return { kind: "Response", keys: Object.keys(response), state: show(state), headers: show(entriesOf(headers)) };
  }

  function fieldsOf(item: object): unknown {
    const names = Object.getOwnPropertyNames(item).filter((name) => !HIDDEN.has(name));
    return Object.fromEntries(names.map((name) => [name, show((item as Record<string, unknown>)[name])]));
  }

  return show(value);
}

/** Stacks name lines of code, sockets their ports; a stream's own fields hold its client. */
const HIDDEN = new Set(["stack", "message", "cause", "client", "iterator", "socket"]);
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

const kindOf = (item: object): string => (item.constructor as { name?: string } | undefined)?.name ?? "Object";

const entriesOf = (headers: Headers): Record<string, string> => {
  const entries: Record<string, string> = {};
  headers.forEach((value, name) => (entries[name] = value));
  return entries;
};

function classesOf(item: object): string[] {
  const names: string[] = [];
  for (let holder: unknown = Object.getPrototypeOf(item); holder; holder = Object.getPrototypeOf(holder)) {
    names.push(kindOf(holder));
  }
  return names;
}
