import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitepress";

const PAGES = join(import.meta.dirname, "../pages");
const REPOSITORY = "https://github.com/llm-footprint/llm-footprint";

const page = (text: string, link: string) => ({ text, link });

/** The pages of a folder, by their headings. */
const pagesIn = (folder: string) =>
  readdirSync(join(PAGES, folder))
    .filter((name) => name.endsWith(".md") && name !== "index.md")
    .map((name) => {
      const [, title = name] = /^# (.+)$/m.exec(readFileSync(join(PAGES, folder, name), "utf8")) ?? [];
      return page(title, `/${folder}/${name.replace(/\.md$/, "")}`);
    });

export default defineConfig({
  title: "llm-footprint",
  description: "CO2e, water and energy of every request to a language model, from published factors.",
  lang: "en",
  srcDir: "pages",
  outDir: "dist",
  cleanUrls: false,
  // A link that leads nowhere ends the build.
  ignoreDeadLinks: false,
  head: [["link", { rel: "icon", href: "data:," }]],
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    socialLinks: [{ icon: "github", link: REPOSITORY }],
    nav: [
      page("Start", "/docs/start"),
      page("Concepts", "/docs/concepts"),
      page("Reference", "/docs/reference/options"),
      { text: "Calculator", link: "/calculator.html", target: "_self" },
    ],
    sidebar: [
      {
        text: "Begin",
        items: [
          page("Start", "/docs/start"),
          page("Concepts and glossary", "/docs/concepts"),
          page("Upgrading", "/docs/upgrading"),
        ],
      },
      {
        text: "Meter",
        items: [
          page("Gateway and receivers", "/docs/serve"),
          page("OpenTelemetry", "/docs/opentelemetry"),
          page("Calibrate your own servers", "/docs/calibrate"),
          page("Where a request is served", "/docs/providers/places"),
          { text: "Providers", collapsed: true, items: pagesIn("docs/providers") },
          { text: "Frameworks", collapsed: true, items: pagesIn("docs/frameworks") },
          { text: "Records of the past", collapsed: true, link: "/docs/formats/", items: pagesIn("docs/formats") },
        ],
      },
      {
        text: "Operate",
        items: [
          page("Live page", "/docs/live-page"),
          page("Dashboards and alerts", "/grafana/"),
          page("Runbook", "/grafana/runbook"),
          page("Several processes", "/docs/processes"),
          page("Journal", "/docs/journal"),
          page("Reliability", "/docs/reliability"),
          page("Performance", "/docs/performance"),
          page("Scale", "/docs/scale"),
        ],
      },
      {
        text: "Limit and report",
        items: [
          page("Budgets", "/docs/budgets"),
          page("Reports", "/docs/reports"),
          page("CSRD and ESRS", "/docs/csrd"),
        ],
      },
      {
        text: "Where the numbers come from",
        items: [
          page("Methodology", "/docs/methodology"),
          page("All factors", "/docs/factors"),
          page("Beside EcoLogits", "/docs/ecologits"),
          page("Decisions", "/docs/decisions/"),
        ],
      },
      {
        text: "Reference",
        items: [
          page("Options", "/docs/reference/options"),
          page("Public API", "/docs/reference/api"),
          page("Metrics and labels", "/docs/reference/metrics"),
          page("Command line", "/docs/command-line"),
          page("Every command", "/docs/reference/command-line"),
          page("Changes", "/changelog"),
        ],
      },
    ],
  },
});
