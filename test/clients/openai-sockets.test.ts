import { once } from "node:events";
import { Agent as HttpsAgent } from "node:https";
import { connect, type AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { Agent, getGlobalDispatcher, setGlobalDispatcher, type Dispatcher } from "undici";
import { WebSocketServer, type WebSocket } from "ws";

import { createMeter, type Meter, type RequestRecord, type WrapOptions } from "../../src/index.ts";
import { loadSdk } from "../sdks/load-sdk.ts";

/** What the sockets of all versions have in common. */
interface Socket {
  readonly url: URL;
  on(event: string, listener: (value: never) => void): unknown;
  send(event: object): void;
  close(): void;
}

interface SocketSdk {
  readonly name: string;
  open(model: string, port: number): Socket;
}

type Constructor<Instance> = new (...parameters: unknown[]) => Instance;

interface RealtimeModules {
  readonly OpenAI: Constructor<object>;
  readonly OpenAIRealtimeWS: Constructor<Socket>;
  readonly OpenAIRealtimeWebSocket: Constructor<Socket>;
}

const MAJORS =
  inject("sdkMajors") === "newest"
    ? [{ major: 7, name: "openai", load: (path: string) => import(/* @vite-ignore */ path) as Promise<unknown> }]
    : [4, 5, 6].map((major) => ({ major, name: `openai-${major}`, load: loadSdk }));

/** Plain TCP to the local server, since the SDK opens `wss:` only. */
const plain = (port: number): HttpsAgent => {
  const agent = new HttpsAgent();
  agent.createConnection = () => connect(port, "127.0.0.1");
  return agent;
};

let port = 0;
const servers = new Set<WebSocketServer>();
let before: Dispatcher | undefined;

/** The platform's own WebSocket, by the same way. */
beforeAll(() => {
  before = getGlobalDispatcher();
  setGlobalDispatcher(
    new Agent({
      connect(_options, callback) {
        const socket = connect(port, "127.0.0.1");
        socket.once("connect", () => callback(null, socket));
        socket.once("error", (error) => callback(error, null));
      },
    }),
  );
});
afterAll(() => setGlobalDispatcher(before!));
afterEach(() => {
  for (const server of servers) {
    for (const client of server.clients) client.terminate();
    server.close();
  }
  servers.clear();
});

async function sdks(): Promise<readonly SocketSdk[]> {
  const all = await Promise.all(
    MAJORS.map(async ({ major, name, load }) => {
      const { OpenAI } = (await load(name)) as RealtimeModules;
      const client = () => new OpenAI({ apiKey: "sk-key", baseURL: "https://api.openai.com/v1" });
      // The realtime API has left its beta in openai 5.
      const folders = major === 4 ? ["beta/realtime"] : ["realtime", "beta/realtime"];
      const sockets = folders.map(async (folder) => {
        const { OpenAIRealtimeWS } = (await load(`${name}/${folder}/ws`)) as RealtimeModules;
        const { OpenAIRealtimeWebSocket } = (await load(`${name}/${folder}/websocket`)) as RealtimeModules;
        return [
          {
            name: `OpenAIRealtimeWS of openai ${major}'s ${folder}`,
            open: (model: string, at: number) =>
              new OpenAIRealtimeWS({ model, options: { agent: plain(at) } }, client()),
          },
          {
            name: `OpenAIRealtimeWebSocket of openai ${major}'s ${folder}`,
            open: (model: string) => new OpenAIRealtimeWebSocket({ model }, client()),
          },
        ];
      });
      return (await Promise.all(sockets)).flat();
    }),
  );
  return all.flat();
}

/** A local server that answers each message that it gets with those that `answers` gives. */
async function serving(answers: (message: string) => readonly object[]): Promise<string[]> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  servers.add(server);
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
  const received: string[] = [];
  server.on("connection", (socket: WebSocket) => {
    socket.send(JSON.stringify(session("gpt-realtime-2025-08-28")));
    socket.on("message", (data: Buffer) => {
      received.push(data.toString());
      for (const answer of answers(data.toString())) socket.send(JSON.stringify(answer));
    });
  });
  return received;
}

const session = (model: string): object => ({
  type: "session.created",
  session: { type: "realtime", model, audio: { input: { transcription: { model: "gpt-4o-transcribe" } } } },
});
const created = (id: string): object => ({ type: "response.created", response: { object: "realtime.response", id } });
const delta = (id: string): object => ({ type: "response.output_audio.delta", response_id: id, delta: "AAAA" });
const done = (id: string, status: string, usage?: object): object => ({
  type: "response.done",
  event_id: `event_${id}`,
  response: { object: "realtime.response", id, status, usage },
});
const USAGE = {
  total_tokens: 140,
  input_tokens: 100,
  output_tokens: 40,
  input_token_details: {
    text_tokens: 30,
    audio_tokens: 70,
    cached_tokens: 60,
    cached_tokens_details: { text_tokens: 20, audio_tokens: 40 },
  },
  output_token_details: { text_tokens: 10, audio_tokens: 30 },
};

/** Speaks with a server over a socket. @returns every event that the application got, and what the server got */
async function conversation(
  sdk: SocketSdk,
  answers: (message: string) => readonly object[],
  options: { wrap?: (socket: Socket) => Socket; until: number },
): Promise<{ events: unknown[]; received: string[]; socket: Socket }> {
  const received = await serving(answers);
  const socket = sdk.open("gpt-realtime", port);
  const wrapped = options.wrap?.(socket) ?? socket;
  expect(wrapped).toBe(socket);
  const events: unknown[] = [];
  const errors: unknown[] = [];
  wrapped.on("event", (event: object) => events.push(event));
  wrapped.on("error", (error: unknown) => errors.push(error));
  await expect.poll(() => events.length).toBe(1);
  wrapped.send({ type: "response.create" });
  await expect.poll(() => events.length).toBe(options.until);
  expect(errors).toStrictEqual([]);
  return { events, received, socket };
}

function metered(wrapOptions?: WrapOptions): {
  meter: Meter;
  records: RequestRecord[];
  wrap: (socket: Socket) => Socket;
} {
  const meter = createMeter({ labels: ["team"] });
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  return { meter, records, wrap: (socket) => meter.wrap(socket, wrapOptions) };
}

describe.for((await sdks()).map((sdk) => [sdk.name, sdk] as const))("%s", ([, sdk]) => {
  const turn = (): object[] => [created("a"), delta("a"), done("a", "completed", USAGE)];

  test("is the same when it is wrapped, and each response.done is one record", async () => {
    const bare = await conversation(sdk, turn, { until: 4 });
    const { meter, records, wrap } = metered({ labels: { team: "voice" } });
    const wrapped = await conversation(sdk, turn, { wrap, until: 4 });
    expect(wrapped.events).toStrictEqual(bare.events);
    expect(wrapped.received).toStrictEqual(bare.received);
    expect(Object.keys(wrapped.socket)).toStrictEqual(Object.keys(bare.socket));
    await meter.flush();
    expect(records).toMatchObject([
      {
        provider: "openai",
        endpoint: "api.openai.com",
        operation: "realtime",
        requestedModel: "gpt-realtime",
        respondedModel: "gpt-realtime-2025-08-28",
        labels: { team: "voice" },
        outcome: "completed",
        attempts: 1,
        usage: { inputTokens: 40, cacheReadTokens: 60, outputTokens: 40 },
        usageSource: "reported",
        rawUsage: USAGE,
      },
    ]);
    expect(records).toHaveLength(1);
    expect(records[0]!.footprint!.co2eGrams!.central).toBeGreaterThan(0);
    expect(meter.footprintOf(wrapped.events.at(-1) as object)).toStrictEqual(records[0]!.footprint);
    expect(meter.totals().errors).toMatchObject({ transport: 0, attribution: 0 });
    await meter.close();
  });

  test("says how each response ended, and counts transcriptions that state their usage as their own model's", async () => {
    const { meter, records, wrap } = metered();
    const transcribed = {
      type: "conversation.item.input_audio_transcription.completed",
      transcript: "hello",
      usage: { type: "tokens", total_tokens: 12, input_tokens: 9, output_tokens: 3 },
    };
    const answers = () => [
      ...[transcribed, { ...transcribed, usage: undefined }, created("a"), created("b")],
      ...[done("b", "cancelled", USAGE), done("a", "failed"), done("c", "incomplete", USAGE)],
    ];
    await conversation(sdk, answers, { wrap, until: 8 });
    await meter.flush();
    expect(
      records.map(({ operation, model, outcome, errorType, usage }) => [
        operation,
        model,
        outcome,
        errorType,
        usage?.outputTokens,
      ]),
    ).toStrictEqual([
      ["transcriptions", "gpt-4o-transcribe", "completed", undefined, 3],
      ["realtime", records[1]!.model, "abandoned", "cancelled", 40],
      ["realtime", records[1]!.model, "failed", "provider_error", undefined],
      ["realtime", records[1]!.model, "completed", undefined, 40],
    ]);
    expect(records[1]!.requestedModel).toBe("gpt-realtime");
    await meter.close();
  });

  test("that closes leaves what is under way abandoned", async () => {
    const { meter, records, wrap } = metered();
    const { socket } = await conversation(sdk, () => [created("a"), delta("a")], { wrap, until: 3 });
    socket.close();
    await expect
      .poll(() => records)
      .toMatchObject([
        { outcome: "abandoned", errorType: "cancelled", usageSource: "missing", unattributedReason: "no_usage" },
      ]);
    await meter.close();
  });

  test("that was unwrapped counts nothing more", async () => {
    const { meter, records, wrap } = metered();
    const wrapAndUnwrap = (socket: Socket): Socket => meter.unwrap(wrap(socket));
    const { socket } = await conversation(sdk, turn, { wrap: wrapAndUnwrap, until: 4 });
    expect(Object.hasOwn(socket, "_emit")).toBe(false);
    await meter.close();
    expect(records).toStrictEqual([]);
  });
});

const newest = (await sdks())[0]!;

test("a socket's responses belong to the labels in whose scope it was opened", async () => {
  const { meter, records, wrap } = metered();
  const sdk: SocketSdk = {
    ...newest,
    open: (...parameters) => meter.withLabels({ team: "a" }, () => newest.open(...parameters)),
  };
  await conversation(sdk, () => [done("a", "completed", USAGE)], { wrap, until: 2 });
  await meter.close();
  expect(records).toMatchObject([{ labels: { team: "a" } }]);
});

test("budgets count a socket's responses, of which nobody asked them", async () => {
  const meter = createMeter({
    budgets: [{ name: "tiny", criterion: "tokens", limit: 1, window: "day", mode: "refuse" }],
  });
  const wrap = (socket: Socket): Socket => meter.wrap(socket);
  await conversation(newest, () => [created("a"), done("a", "completed", USAGE)], { wrap, until: 3 });
  await meter.flush();
  expect(meter.budgets()).toMatchObject([{ used: { central: 140 }, reserved: 0 }]);
  await meter.close();
});

test.runIf(inject("sdkMajors") === "newest")("each response of ResponsesWS is one record", async () => {
  const { OpenAI } = await import("openai");
  const { ResponsesWS } = await import("openai/resources/responses/ws");
  const response = {
    object: "response",
    id: "resp_1",
    model: "gpt-5.4-2026-03-05",
    usage: {
      input_tokens: 120,
      input_tokens_details: { cached_tokens: 100 },
      output_tokens: 90,
      output_tokens_details: { reasoning_tokens: 64 },
      total_tokens: 210,
    },
  };
  await serving(() => [
    { type: "response.created", response: { ...response, status: "in_progress", usage: null } },
    { type: "response.output_text.delta", delta: "Four." },
    { type: "response.completed", response: { ...response, status: "completed" } },
  ]);
  const { meter, records } = metered();
  const client = new OpenAI({ apiKey: "sk-key", baseURL: `http://127.0.0.1:${port}/v1` });
  const socket = meter.wrap(new ResponsesWS(client), { provider: "openai" });
  const types: string[] = [];
  socket.on("event", ({ type }) => types.push(type));
  await expect.poll(() => types.length).toBe(1);
  socket.send({ type: "response.create", model: "gpt-5.4", input: "2 + 2?" });
  await expect.poll(() => types.at(-1)).toBe("response.completed");
  socket.close();
  await meter.close();
  expect(records).toMatchObject([
    {
      operation: "responses",
      respondedModel: "gpt-5.4-2026-03-05",
      outcome: "completed",
      usage: { inputTokens: 20, cacheReadTokens: 100, outputTokens: 26, reasoningTokens: 64 },
    },
  ]);
});
