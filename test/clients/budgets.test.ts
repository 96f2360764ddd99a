import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startLocalProvider, type LocalProvider } from "../../examples/local-provider/local-provider.ts";
import {
  BudgetExceededError,
  createMeter,
  type Meter,
  type MeterOptions,
  type RequestRecord,
} from "../../src/index.ts";
import { openaiVersions, mistralVersions } from "./versions.ts";
import { QUESTION as MISTRAL_QUESTION, RETRYING } from "./mistral/sdk.ts";
import { QUESTION as OPENAI_QUESTION } from "./openai/sdk.ts";

let provider: LocalProvider;

beforeAll(async () => {
  provider = await startLocalProvider();
});
afterAll(() => provider.close());

interface MeterBudgets {
  readonly meter: Meter;
  readonly records: RequestRecord[];
}

/** No request for the model finds room. */
function budgeted(match: Readonly<Record<string, string>>, degrade?: MeterOptions["degrade"]): MeterBudgets {
  const meter = createMeter({
    budgets: [{ name: "tiny", criterion: "tokens", limit: 1, window: "day", mode: "refuse", match }],
    ...(degrade && { degrade }),
  });
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  return { meter, records };
}

/** A call of each SDK version by a wrapped client that tries again. */
const callers = [
  ...(await openaiVersions()).map((sdk) => ({
    name: sdk.name,
    provider: "openai",
    model: OPENAI_QUESTION.model,
    replacement: "gpt-4.1-nano",
    caller: (meter: Meter, name: string) => {
      const client = meter.wrap(sdk.client(provider), { provider: name });
      return () => client.chat.completions.create({ ...OPENAI_QUESTION, max_completion_tokens: 50 });
    },
  })),
  ...(await mistralVersions()).map((sdk) => ({
    name: sdk.name,
    provider: "mistral_ai",
    model: MISTRAL_QUESTION.model,
    replacement: "open-mistral-nemo",
    caller: (meter: Meter, name: string) => {
      const client = meter.wrap(sdk.client(provider), { provider: name });
      const question = { ...MISTRAL_QUESTION, maxTokens: 50 };
      return () => client.chat.complete(question, { retries: RETRYING, retryCodes: ["429"] });
    },
  })),
];

describe.for(callers)("a budget in front of $name", ({ provider: name, model, replacement, caller }) => {
  test("refuses before anything is sent, once, in its own words", async () => {
    const { meter, records } = budgeted({ provider: name });
    const before = provider.requests.length;
    const error: unknown = await caller(meter, name)().then(
      () => "answered",
      (thrown: unknown) => thrown,
    );
    // Mistral's SDK wraps whatever is thrown below it.
    const surface = name === "mistral_ai" ? "UnexpectedClientError" : "BudgetExceededError";
    expect((error as Error).constructor.name).toBe(surface);
    // As docs/budgets.md has it.
    const refusal = error instanceof Error ? (error.cause ?? error) : error;
    expect(refusal).toBeInstanceOf(BudgetExceededError);
    expect(refusal).toMatchObject({ budget: "tiny", reason: "exhausted", used: 0, limit: 1 });
    await meter.flush();
    expect([provider.requests.length - before, records]).toStrictEqual([0, []]);
    expect(meter.totals().overall.requests).toStrictEqual({ completed: 0, abandoned: 0, failed: 0 });
    expect(meter.budgets()[0]).toMatchObject({ used: { central: 0 }, reserved: 0 });
    await meter.close();
  });

  test("sends what it was told to send instead, on every attempt", async () => {
    const resolved = createMeter().record({ provider: name, model, operation: "chat" })!.model;
    const { meter, records } = budgeted({ model: resolved }, () => ({ model: replacement, maximumOutputTokens: 3 }));
    const before = provider.requests.length;
    provider.enqueue({ status: 429, retryAfterMilliseconds: 1 });
    await caller(meter, name)();
    await meter.flush();
    const sent = provider.requests.slice(before).map(({ body }) => body as Record<string, unknown>);
    expect(
      sent.map(({ model: asked, max_tokens, max_completion_tokens: most = max_tokens }) => [asked, most]),
    ).toStrictEqual([
      [replacement, 3],
      [replacement, 3],
    ]);
    expect(
      records.map(({ requestedModel, attempts, usage }) => [requestedModel, attempts, usage?.outputTokens]),
    ).toStrictEqual([[replacement, 2, 3]]);
    await meter.close();
  });
});
