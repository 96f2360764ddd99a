import { existsSync } from "node:fs";
import { join } from "node:path";

const MODULES = join(import.meta.dirname, "node_modules");

/** Where projects are made that need what is installed here. */
export const PROJECTS = join(import.meta.dirname, ".projects");

/** A binary from the first of these packages that is installed: each is for one kind of machine. */
export function binary(...paths: readonly string[]): string {
  const found = paths.map((path) => join(MODULES, path)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`expected one of ${paths.join(", ")} to be installed for this machine`);
  return found;
}

const BODY = `
async function run() {
  const folder = mkdtempSync(join(tmpdir(), "llm-footprint-application-"));
  const budgets = join(folder, "budgets.yaml");
  const day = { criterion: "requests", limit: 10, window: "day", timeZone: "Europe/Paris" };
  writeFileSync(budgets, "- name: day\\n" + Object.entries(day).map(([key, value]) => "  " + key + ": " + value + "\\n").join(""));
  const provider = async () => Response.json({
    model: "mistral-large-2407",
    usage: { prompt_tokens: 100, completion_tokens: 400, total_tokens: 500 },
  });
  const ask = async (meter) => {
    const fetch = meter.fetch({ fetch: provider });
    const answer = await fetch("https://api.mistral.ai/v1/chat/completions", {
      method: "POST",
      body: JSON.stringify({ model: "mistral-large-2407" }),
    });
    await answer.json();
    await meter.flush();
  };
  const seen = {};
  const meter = createMeter({ budgets, zeroHoldSeconds: 0 });
  await ask(meter);
  seen.co2eGrams = meter.totals().overall.co2eGrams.central;
  seen.used = meter.budgets()[0].used.central;
  seen.metrics = /^llm_footprint_requests_total\\{.*\\} 1$/m.test(await meter.metrics());
  const server = createServer(meter.dashboard());
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const page = "http://127.0.0.1:" + server.address().port + "/";
  const html = await (await fetch(page)).text();
  seen.page = [];
  for (const [, address] of html.matchAll(/(?:src|href)="(assets[^"]+)"/g)) {
    const answer = await fetch(page + address);
    seen.page.push([address, answer.status, (await answer.text()).length > 100]);
  }
  server.closeAllConnections();
  server.close();
  await meter.close();
  try {
    const journal = join(folder, "journal.sqlite");
    for (let runs = 0; runs < 2; runs++) {
      const journalled = createMeter({ journal });
      await ask(journalled);
      seen.journal = journalled.totals().overall.requests.completed;
      await journalled.close();
    }
  } catch (error) {
    seen.journal = error.message;
  }
  rmSync(folder, { recursive: true, force: true });
  return seen;
}
`;

const PARTS = {
  "node:fs": "mkdtempSync, rmSync, writeFileSync",
  "node:http": "createServer",
  "node:os": "tmpdir",
  "node:path": "join",
  "llm-footprint": "createMeter",
};
const LAST = "run().then((seen) => console.log(JSON.stringify(seen)));\n";

const imports = Object.entries(PARTS).map(([from, names]) => `import { ${names} } from "${from}";\n`);
const requires = Object.entries(PARTS).map(([from, names]) => `const { ${names} } = require("${from}");\n`);

/** An application that meters requests, with a budget from a YAML file, the live page and a journal, and says what it saw. */
export const IMPORTING = imports.join("") + BODY + LAST;
export const REQUIRING = requires.join("") + BODY + LAST;
/** The same without its last line, for a module that exports what it does. */
export const EXPORTING = `${imports.join("")}${BODY}export { run };\n`;

/** What it sees where everything works. */
export const WORKING = {
  co2eGrams: 1.14,
  used: 1,
  metrics: true,
  page: [
    ["assets/icon.svg", 200, true],
    ["assets/uplot.css", 200, true],
    ["assets/style.css", 200, true],
    ["assets/dashboard/page/main.js", 200, true],
  ],
  journal: 2,
};
