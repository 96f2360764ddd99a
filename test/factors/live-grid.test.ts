import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";

import { electricityMaps } from "../../src/factors/live-grid/electricity-maps.ts";
import { createLiveGrid, type LiveGrid, type LiveGridOptions } from "../../src/factors/live-grid/live-grid.ts";
import type { GridIntensitySource } from "../../src/factors/live-grid/source.ts";
import { ukCarbonIntensity } from "../../src/factors/live-grid/uk-carbon-intensity.ts";
import { ConfigurationError } from "../../src/model/errors.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function server(listener: RequestListener): Promise<string> {
  const http = createServer(listener);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    http.closeAllConnections();
    http.close();
  });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

function live(options: LiveGridOptions): LiveGrid {
  const grid = createLiveGrid(options);
  closing.push(() => grid.close());
  return grid;
}

const settled = (grid: LiveGrid, zone: string, expected: number | undefined, failures: number) =>
  vi.waitFor(() => {
    expect(grid.failures).toBe(failures);
    expect(grid.current(zone)).toBe(expected);
  });

/** A source whose clock and answers the test holds. */
function scripted(read: GridIntensitySource["read"]) {
  const clock = { now: Date.UTC(2026, 10, 1) };
  const asked: string[] = [];
  const source: GridIntensitySource = {
    name: "scripted",
    read(country, code, signal) {
      asked.push(`${country}/${code}`);
      return read(country, code, signal);
    },
  };
  const grid = live({ source, now: () => clock.now });
  return { clock, asked, grid, at: () => new Date(clock.now) };
}

describe("Electricity Maps", () => {
  test("is asked for the life-cycle intensity of a country, with the token in a header", async () => {
    const seen: unknown[] = [];
    const baseUrl = await server((request, response) => {
      seen.push([request.url, request.headers["auth-token"]]);
      const body = { zone: "FR", carbonIntensity: 31.5, datetime: new Date().toISOString(), isEstimated: true };
      response.end(JSON.stringify(body));
    });
    const grid = live({ source: electricityMaps({ apiKey: "secret", baseUrl }) });
    expect(grid.current("eu-west-3")).toBeUndefined();
    await settled(grid, "FRA", 31.5, 0);
    expect(grid.current("eu-west-3")).toBe(31.5);
    expect(seen).toEqual([["/carbon-intensity/latest?zone=FR&emissionFactorType=lifecycle", "secret"]]);
  });

  test("is asked for the zone that the user names", async () => {
    let url: string | undefined;
    const baseUrl = await server((request, response) => {
      url = request.url;
      response.end(JSON.stringify({ carbonIntensity: 400, datetime: new Date().toISOString() }));
    });
    const grid = live({ source: electricityMaps({ apiKey: "k", zones: { USA: "US-MIDA-PJM" }, baseUrl }) });
    grid.current("us-east-1");
    await settled(grid, "USA", 400, 0);
    expect(url).toContain("zone=US-MIDA-PJM");
  });

  test("needs a key", () => {
    expect(() => electricityMaps({ apiKey: "" })).toThrow(ConfigurationError);
  });
});

describe("UK Carbon Intensity", () => {
  const answering = (intensity: unknown) =>
    server((_request, response) => {
      response.end(JSON.stringify({ data: [{ from: new Date().toISOString(), to: "", intensity }] }));
    });

  test.each([
    [{ forecast: 120, actual: 118, index: "moderate" }, 118],
    [{ forecast: 120, actual: null, index: "moderate" }, 120],
  ])("takes the actual value, else the forecast: %j", async (intensity, expected) => {
    const grid = live({ source: ukCarbonIntensity({ baseUrl: await answering(intensity) }) });
    grid.current("uksouth");
    await settled(grid, "GBR", expected, 0);
  });

  test("the UK source says nothing of another country, and does not count that as a failure", async () => {
    const source = ukCarbonIntensity({ baseUrl: "http://127.0.0.1:9" });
    expect(await source.read("FRA", "FR", new AbortController().signal)).toBeUndefined();
  });
});

describe("a live source costs a request nothing", () => {
  test.each<[string, RequestListener]>([
    ["that is down", (_request, response) => void response.socket?.destroy()],
    ["that is rate-limited", (_request, response) => void response.writeHead(429, { "retry-after": "120" }).end()],
    ["that has an error", (_request, response) => void response.writeHead(500).end("oops")],
    ["that answers HTML", (_request, response) => void response.end("<html>")],
    ["that answers something else", (_request, response) => void response.end('{"status":"ok"}')],
    [
      "that answers text for a number",
      (_request, response) =>
        void response.end(JSON.stringify({ carbonIntensity: "31", datetime: new Date().toISOString() })),
    ],
    [
      "that answers nonsense",
      (_request, response) =>
        void response.end(JSON.stringify({ carbonIntensity: -3, datetime: new Date().toISOString() })),
    ],
    [
      "that answers what no grid can have",
      (_request, response) =>
        void response.end(JSON.stringify({ carbonIntensity: 31_000, datetime: new Date().toISOString() })),
    ],
    [
      "that answers what is long past",
      (_request, response) =>
        void response.end(JSON.stringify({ carbonIntensity: 31, datetime: "2020-01-01T00:00:00Z" })),
    ],
    ["that never answers", () => undefined],
  ])("%s: the annual average is used, and it is counted", async (_what, listener) => {
    const failures: unknown[] = [];
    const source = electricityMaps({ apiKey: "k", baseUrl: await server(listener) });
    const grid = live({ source, timeoutSeconds: 0.2, onFailure: (error) => failures.push(error) });
    expect(grid.current("FRA")).toBeUndefined();
    await settled(grid, "FRA", undefined, 1);
    expect(failures).toHaveLength(1);
    grid.current("FRA");
    expect(grid.failures).toBe(1);
  });

  test("that throws at once, and whose failure nobody can count", async () => {
    const source: GridIntensitySource = {
      name: "broken",
      read() {
        throw new Error("broken");
      },
    };
    const grid = live({
      source,
      onFailure() {
        throw new Error("so is this");
      },
    });
    expect(grid.current("FRA")).toBeUndefined();
    await settled(grid, "FRA", undefined, 2);
  });
});

describe("a live value", () => {
  test("is asked for once at a time, per country, and again when it has aged", async () => {
    const { clock, asked, grid, at } = scripted(() =>
      Promise.resolve({ gramsPerKilowattHour: 40, at: at(), isEstimated: false }),
    );
    for (let request = 0; request < 100; request++) grid.current("FRA");
    await settled(grid, "FRA", 40, 0);
    expect(asked).toEqual(["FRA/FR"]);
    clock.now += 899_000;
    grid.current("FRA");
    expect(asked).toHaveLength(1);
    clock.now += 2000;
    grid.current("europe-west9");
    expect(asked).toEqual(["FRA/FR", "FRA/FR"]);
  });

  test("is used until it is too old, when the source has stopped", async () => {
    let up = true;
    const { clock, grid, at } = scripted(() =>
      up
        ? Promise.resolve({ gramsPerKilowattHour: 40, at: at(), isEstimated: false })
        : Promise.reject(new Error("down")),
    );
    grid.current("FRA");
    await settled(grid, "FRA", 40, 0);
    up = false;
    clock.now += 3_600_000;
    expect(grid.current("FRA")).toBe(40);
    await settled(grid, "FRA", 40, 1);
    clock.now += 3 * 3_600_000;
    expect(grid.current("FRA")).toBeUndefined();
  });

  test("is not asked for where no country is known, or after the end", async () => {
    const { asked, grid } = scripted(() => Promise.resolve(undefined));
    for (const zone of [undefined, "WORLD", "nowhere", "XXX"]) expect(grid.current(zone)).toBeUndefined();
    grid.close();
    grid.current("FRA");
    await Promise.resolve();
    expect(asked).toEqual([]);
  });

  test.each(["refreshSeconds", "maxAgeSeconds", "timeoutSeconds", "retrySeconds"])(
    "a live grid refuses a %s that is not a time",
    (name) => {
      const source = ukCarbonIntensity();
      expect(() => createLiveGrid({ source, [name]: 0 })).toThrow(
        `gridIntensity.${name}: expected a time in seconds, got 0`,
      );
    },
  );
});
