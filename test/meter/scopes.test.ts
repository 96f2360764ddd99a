import { setImmediate as turn } from "node:timers/promises";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startLocalProvider, type LocalProvider } from "../../examples/local-provider/local-provider.ts";
import { createMeter, type Meter, type RequestRecord } from "../../src/index.ts";

const QUESTION = { model: "gpt-4o-mini", messages: [{ role: "user" as const, content: "Say something short." }] };

let provider: LocalProvider;

beforeAll(async () => {
  provider = await startLocalProvider();
});
afterAll(() => provider.close());

interface Wrapped {
  readonly meter: Meter;
  readonly client: OpenAI;
  readonly records: RequestRecord[];
}

function wrapped(): Wrapped {
  const meter = createMeter({ labels: ["team", "feature"] });
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const client = new OpenAI({ apiKey: "a key", baseURL: provider.openaiBaseURL });
  return { meter, records, client: meter.wrap(client, { labels: { team: "client", feature: "client" } }) };
}

const ask = (client: OpenAI, content = "Say something short.") =>
  client.chat.completions.create({ ...QUESTION, messages: [{ role: "user", content }] });

const labelsOf = async ({ meter, records }: Wrapped) => {
  await meter.flush();
  return records.map(({ labels }) => labels);
};

const errorsOf = (meter: Meter) => meter.totals().errors;

describe("labels", () => {
  test("of the call win over the scope's, and these over the client's", async () => {
    const { meter, records, client } = wrapped();
    const fetch = meter.fetch({ labels: { team: "client", feature: "client" } });
    const init = { method: "POST", headers: { authorization: "Bearer a" }, body: JSON.stringify(QUESTION) };
    const url = `${provider.openaiBaseURL}/chat/completions`;
    await meter.withLabels({ feature: "outer", team: "outer" }, () =>
      meter.withLabels({ feature: "inner" }, async () => {
        await ask(client);
        await (await fetch(url, init, { labels: { team: "call" } })).json();
      }),
    );
    await (await fetch(url, init)).json();
    expect(await labelsOf({ meter, records, client })).toStrictEqual([
      { team: "outer", feature: "inner" },
      { team: "call", feature: "inner" },
      { team: "client", feature: "client" },
    ]);
  });

  test("are those of the scope in which a request began, wherever its stream is read", async () => {
    const used = wrapped();
    const stream = await used.meter.withLabels({ feature: "began" }, () =>
      used.client.chat.completions.create({ ...QUESTION, stream: true }),
    );
    await used.meter.withLabels({ feature: "read" }, async () => {
      for await (const _ of stream);
    });
    expect(await labelsOf(used)).toStrictEqual([{ team: "client", feature: "began" }]);
  });

  test("hold inside an async generator, however late it runs, and nowhere else", async () => {
    const used = wrapped();
    const { meter, client } = used;
    async function* agent(...steps: string[]) {
      for (const step of steps) {
        await ask(client);
        yield step;
      }
    }
    const one = meter.withLabels({ feature: "one" }, () => agent("a", "b"));
    const other = meter.withLabels({ feature: "other" }, () => agent("c"));
    expect(Object.prototype.toString.call(one)).toBe("[object AsyncGenerator]");
    const steps = [(await one.next()).value, (await other.next()).value, (await one.next()).value];
    await ask(client);
    expect(steps).toStrictEqual(["a", "c", "b"]);
    expect((await labelsOf(used)).map(({ feature }) => feature)).toStrictEqual(["one", "other", "one", "client"]);
  });

  test("hold inside a plain generator", async () => {
    const used = wrapped();
    function* agent() {
      yield ask(used.client);
    }
    for (const answer of used.meter.withLabels({ feature: "one" }, agent)) await answer;
    expect((await labelsOf(used)).map(({ feature }) => feature)).toStrictEqual(["one"]);
  });

  test("that are not declared, or no text, are left out and counted", async () => {
    const used = wrapped();
    const labels = { feature: "declared", tenant: "acme", team: 7 } as unknown as Record<string, string>;
    await used.meter.withLabels(labels, () => ask(used.client));
    expect(await labelsOf(used)).toStrictEqual([{ team: "client", feature: "declared" }]);
    expect(errorsOf(used.meter)).toMatchObject({ labels: 2 });
  });

  test("labels that are not an object disturb nothing", () => {
    const used = wrapped();
    for (const labels of [null, undefined, 7, "team", []]) {
      expect(used.meter.withLabels(labels as never, () => "returned")).toBe("returned");
    }
  });

  test("labels that cannot be read are left out and counted", () => {
    const { meter } = wrapped();
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const throwing = {
      get team(): string {
        throw new Error("no team");
      },
    };
    for (const labels of [proxy, throwing]) expect(meter.withLabels(labels, () => "returned")).toBe("returned");
    expect(errorsOf(meter)).toMatchObject({ labels: 2 });
  });
});

describe("measure", () => {
  test("gives the result, the requests and their exact sum, nested ones included", async () => {
    const { meter, client } = wrapped();
    const outer = await meter.measure(async () => {
      await ask(client);
      const inner = await meter.measure(() => Promise.all([ask(client, "one two three"), ask(client)]));
      return inner;
    });
    const { result: inner, requests, footprint } = outer;
    expect([requests.length, inner.requests.length, inner.result.length]).toStrictEqual([3, 2, 2]);
    expect(requests.slice(1)).toStrictEqual(inner.requests);
    const central = (records: readonly RequestRecord[]) =>
      records.reduce((sum, record) => sum + record.footprint!.co2eGrams!.central, 0);
    expect(footprint!.co2eGrams!.central).toBe(central(requests));
    expect(inner.footprint!.co2eGrams!.central).toBe(central(inner.requests));
    expect([outer.open, inner.open]).toStrictEqual([0, 0]);
  });

  test("leaves out what began before and after", async () => {
    const { meter, client } = wrapped();
    const before = ask(client);
    const during = await meter.measure(() => ask(client));
    await Promise.all([before, ask(client)]);
    expect(during.requests).toHaveLength(1);
  });

  test("of nothing has no footprint", async () => {
    const { meter } = wrapped();
    expect(await meter.measure(() => 7)).toStrictEqual({ result: 7, footprint: undefined, requests: [], open: 0 });
  });

  test("counts a call that was not awaited", async () => {
    const { meter, client } = wrapped();
    const { requests } = await meter.measure(() => void ask(client).catch(() => undefined));
    expect(requests.map(({ outcome }) => outcome)).toStrictEqual(["completed"]);
  });

  test("waits for a stream that is read elsewhere", async () => {
    const { meter, client } = wrapped();
    let read: Promise<unknown> | undefined;
    const { requests, open } = await meter.measure(async () => {
      const stream = await client.chat.completions.create({ ...QUESTION, stream: true });
      read = turn().then(async () => {
        for await (const _ of stream);
      });
    });
    expect([requests.length, requests[0]!.outcome, open]).toStrictEqual([1, "completed", 0]);
    await read;
  });

  test("reports a stream that is open, where that is wanted", async () => {
    const { meter, client } = wrapped();
    const { result, requests, open } = await meter.measure(
      () => client.chat.completions.create({ ...QUESTION, stream: true }),
      { open: "report" },
    );
    expect([requests.length, open]).toStrictEqual([0, 1]);
    for await (const _ of result);
  });

  test("does not wait for a background job, which its caller may ask after later or never", async () => {
    const { meter, client } = wrapped();
    const { result, requests, open } = await meter.measure(() =>
      client.responses.create({ model: "gpt-4o-mini", input: "Say something short.", background: true }),
    );
    expect([result.status, requests.length, open]).toStrictEqual(["queued", 0, 1]);
  });

  test("has a background job that is asked after inside", async () => {
    const { meter, client } = wrapped();
    const { requests, open } = await meter.measure(async () => {
      let { id, status } = await client.responses.create({ model: "gpt-4o-mini", input: "Hi", background: true });
      while (status !== "completed") ({ id, status } = await client.responses.retrieve(id));
    });
    expect([requests.map(({ outcome }) => outcome), open]).toStrictEqual([["completed"], 0]);
  });

  test("fails as its function fails", async () => {
    const { meter } = wrapped();
    const failure = new RangeError("the application's own");
    await expect(meter.measure(() => Promise.reject(failure))).rejects.toBe(failure);
    await expect(
      meter.measure(() => {
        throw failure;
      }),
    ).rejects.toBe(failure);
  });

  test("has requests that failed", async () => {
    const { meter, client } = wrapped();
    const { requests, footprint } = await meter.measure(() =>
      client.chat.completions.create({ ...QUESTION, model: "" }).catch(() => "refused"),
    );
    expect(requests.map(({ outcome, unattributedReason }) => [outcome, unattributedReason])).toStrictEqual([
      ["failed", "failed"],
    ]);
    expect(footprint).toBeUndefined();
  });
});
