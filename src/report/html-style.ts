/** The look of the HTML report: for the screen in light and dark, and for paper. */
export const HTML_STYLE = `
:root { color-scheme: light dark; --ink: #1b2621; --soft: #56635c; --paper: #fff; --line: #d5ddd8; --accent: #1f7a4d; --card: #f3f7f4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ede9; --soft: #a3b1aa; --paper: #131a17; --line: #33403a; --accent: #57c08a; --card: #1b2420; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.5rem 1.25rem; max-width: 60rem; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
.kicker { margin: 0; color: var(--accent); font-weight: 600; }
h1 { margin: .2rem 0; font-size: 2rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); font-size: 1.25rem; }
h3 { margin: 0; font-size: .9rem; color: var(--soft); font-weight: 600; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1rem; margin-bottom: 1rem; }
.card { padding: 1rem; border-radius: .6rem; background: var(--card); }
.card p { margin: 0; color: var(--soft); }
.card .value { font-size: 1.8rem; color: var(--ink); font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .35rem .6rem .35rem 0; text-align: left; vertical-align: top; overflow-wrap: anywhere; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-size: .85rem; overflow-wrap: normal; }
tbody th { font-weight: 500; min-width: 8rem; }
a { color: var(--accent); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
tbody td:not(.number) { min-width: 6.5rem; }
.number span { display: inline-block; white-space: nowrap; }
figure { margin: 1rem 0; }
figcaption { color: var(--soft); font-size: .85rem; margin-bottom: .25rem; }
.plot { width: 100%; height: auto; }
.plot .bar { fill: var(--accent); }
.plot .whisker { fill: none; stroke: var(--ink); stroke-width: 1; opacity: .7; }
.plot .grid { stroke: var(--line); }
.plot .tick { font-size: 11px; fill: var(--soft); }
.method { margin-bottom: 0; }
.end .method { margin-top: 0; }
.method dt { font-weight: 600; }
.method dd { margin: 0 0 .75rem; color: var(--soft); max-width: 46rem; }
footer { margin-top: 2.5rem; color: var(--soft); font-size: .85rem; overflow-wrap: anywhere; }
@page { size: A4; margin: 16mm; }
@media print {
  :root { --ink: #000; --soft: #333; --paper: #fff; --line: #bbb; --accent: #1f7a4d; --card: #f3f7f4; }
  body { padding: 0; max-width: none; font-size: 10pt; }
  figure, .card, tr, .method dd, .end { break-inside: avoid; }
  h2, figcaption, dt, section > p { break-after: avoid; }
  section { break-inside: auto; }
  .scroll { overflow: visible; }
  table, thead th { font-size: 8pt; }
  th, td { padding-right: .3rem; }
  tbody th, tbody td:not(.number) { min-width: 5rem; }
}
`;
