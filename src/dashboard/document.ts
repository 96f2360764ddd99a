import { PAGE_SCRIPT } from "./assets.ts";

/** Only what the page itself brings may run or load, and no other page may frame it. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src data: 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The page without its numbers, which `page/main.ts` fills in. */
export const DOCUMENT = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>llm-footprint</title>
<link rel="icon" href="assets/icon.svg">
<link rel="stylesheet" href="assets/uplot.css">
<link rel="stylesheet" href="assets/style.css">
<script type="module" src="${PAGE_SCRIPT}"></script>
</head>
<body>
<header>
<h1>Footprint of language model requests</h1>
<p id="whose" class="whose"></p>
<p id="status" role="status" class="status">Connecting…</p>
</header>
<main id="main">
<noscript><p class="notice">This page needs JavaScript. The same numbers are at <a href="snapshot.json">snapshot.json</a>.</p></noscript>
<section id="totals" aria-labelledby="totals-title"><h2 id="totals-title">Totals</h2><div class="cards">${'<div class="card skeleton"></div>'.repeat(4)}</div></section>
<section id="course" aria-labelledby="course-title"><h2 id="course-title">Rate</h2><div class="controls"></div><div class="plot skeleton"></div><p class="note"></p></section>
<section id="budgets" aria-labelledby="budgets-title" hidden><h2 id="budgets-title">Budgets</h2><div class="budgets"></div><div class="controls more"></div></section>
<div class="columns">
<section id="causes" aria-labelledby="causes-title"><h2 id="causes-title">What causes it</h2><div class="controls"></div><div class="scroll skeleton" tabindex="0" role="group" aria-labelledby="causes-title"></div></section>
<section id="quality" aria-labelledby="quality-title"><h2 id="quality-title">How well it is known</h2><div class="quality"></div></section>
</div>
<section id="recent" aria-labelledby="recent-title"><h2 id="recent-title">Recent requests</h2><div class="controls"></div><div class="scroll" tabindex="0" role="group" aria-labelledby="recent-title"></div></section>
</main>
<dialog id="derivation" aria-labelledby="derivation-title"></dialog>
</body>
</html>
`;
