import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";

const DIST = join(import.meta.dirname, "dist");

let pages: readonly string[];
beforeAll(() => {
  execFileSync(process.execPath, [join(import.meta.dirname, "build.ts")], { stdio: "ignore" });
  pages = readdirSync(DIST, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".html"));
}, 180_000);

const htmlOf = (page: string): string => readFileSync(join(DIST, page), "utf8");

/** The values of an attribute, as text. */
const attributes = (html: string, name: string): string[] =>
  Array.from(html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, "g")), ([, value]) =>
    value!.replaceAll("&amp;", "&").replaceAll("&quot;", '"'),
  );

test("every link of the site leads to a page, and to a heading in it", () => {
  const broken = pages.flatMap((page) =>
    attributes(htmlOf(page), "href")
      .filter((href) => !/^(?:[a-z]+:|\/\/)/.test(href))
      .flatMap((href) => {
        const [path = "", anchor] = decodeURI(href).split("#");
        const target = path === "" ? page : path.startsWith("/") ? path.slice(1) : join(dirname(page), path);
        const file = [target, `${target}.html`, join(target, "index.html")].find(
          (each) => existsSync(join(DIST, each)) && /\.\w+$/.test(each),
        );
        if (file === undefined) return [`${page}: ${href}`];
        if (anchor === undefined || anchor === "" || page === "calculator.html") return [];
        return attributes(htmlOf(file), "id").includes(anchor) ? [] : [`${page}: ${href}`];
      }),
  );
  expect(broken).toStrictEqual([]);
  expect(pages.length).toBeGreaterThan(60);
});

test("every picture and script of the site is in it", () => {
  const missing = pages.flatMap((page) =>
    attributes(htmlOf(page), "src")
      .filter((source) => !source.startsWith("data:"))
      .filter((source) => !existsSync(join(DIST, source.startsWith("/") ? source : join(dirname(page), source))))
      .map((source) => `${page}: ${source}`),
  );
  expect(missing).toStrictEqual([]);
});

test("the site loads nothing from other servers, and searches without a service", () => {
  const loaded = pages.flatMap((page) =>
    Array.from(
      htmlOf(page).matchAll(/<(?:script|link|img|iframe)[^>]*(?:src|href)="(https?:[^"]*)"/g),
      ([, url]) => url,
    ),
  );
  expect(loaded).toStrictEqual([]);
  const chunks = readdirSync(join(DIST, "assets/chunks")).filter((name) => name.startsWith("@localSearchIndex"));
  expect(chunks.length).toBeGreaterThan(0);
});

test("every page of the documentation is in the site's side bar, or is linked from a page", () => {
  const linked = new Set(
    pages.flatMap((page) =>
      attributes(htmlOf(page), "href").map((href) => {
        const [path = ""] = href.split("#");
        const target = path.startsWith("/") ? path.slice(1) : join(dirname(page), path);
        return target.endsWith(".html") ? target : join(target, "index.html");
      }),
    ),
  );
  expect(pages.filter((page) => !linked.has(page) && !["index.html", "404.html"].includes(page))).toStrictEqual([]);
});
