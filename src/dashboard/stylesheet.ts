/** A card for each row of a table, where there is not the room for its columns. */
const rowsAsCards = (place: string): string => `
${place} :is(table, tbody, tr, td, tbody th) { display: block; }
${place} thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
${place} tr { padding: .65rem 0; border-bottom: 1px solid var(--line); }
${place} tr:last-child { border-bottom: 0; }
${place} :is(td, tbody th) { max-width: none; padding: .1rem 0; border: 0; overflow-wrap: anywhere; }
${place} td[data-label] { display: grid; grid-template-columns: 8rem minmax(0, 1fr); gap: .75rem; text-align: left; white-space: normal; }
${place} td[data-label]::before { content: attr(data-label); color: var(--soft); font-size: .85rem; }
${place} td[data-label]:empty { display: none !important; }
`;

/** The look of the live page, in light and dark. Contrasts are at least 4.5 to 1 for text. */
export const STYLESHEET = `
:root { color-scheme: light dark; --ink: #16211c; --soft: #52605a; --paper: #f5f8f6; --card: #fff; --line: #dbe3de; --accent: #17794a; --band: #8fc3a9; --band-fill: rgba(23, 121, 74, .14); --warn: #9a5b00; --bad: #b3261e; --idle: #98a69f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eeea; --soft: #a4b3ab; --paper: #0f1613; --card: #18211d; --line: #2c3832; --accent: #57c48d; --band: #2f6b4d; --band-fill: rgba(87, 196, 141, .16); --warn: #e3a94a; --bad: #ff8a80; --idle: #65736c; } }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; color: var(--ink); background: var(--paper); }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.25rem; padding: 1.25rem 1.5rem .25rem; max-width: 84rem; margin: 0 auto; }
main { padding: 0 1.5rem 2.5rem; max-width: 84rem; margin: 0 auto; }
h1 { margin: 0; font-size: 1.45rem; letter-spacing: -.01em; }
h2 { margin: 0 0 .75rem; font-size: 1.05rem; }
h3 { margin: 0; font-size: .85rem; font-weight: 600; color: var(--soft); overflow-wrap: anywhere; }
p { margin: 0; }
.status { color: var(--soft); font-size: .85rem; }
.status::before { content: ""; display: inline-block; width: .6em; height: .6em; margin-right: .45em; border-radius: 50%; background: var(--idle); }
.status.live::before { background: var(--accent); }
.status.lost { color: var(--bad); }
.status.lost::before { background: var(--bad); }
section { margin-top: 1.25rem; min-width: 0; }
#course, #causes, #quality, #recent { padding: 1.1rem 1.25rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card); }
#totals h2 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.budgets { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr)); gap: 1rem; }
.cards { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 1rem; }
.whose { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
.inline { display: inline-flex; align-items: center; gap: .4rem; font-size: .85rem; color: var(--soft); }
.inline select { max-width: 14rem; padding: .2rem .4rem; border: 1px solid var(--idle); border-radius: .4rem; font: inherit; color: var(--ink); background: var(--card); }
.controls.more { margin: .75rem 0 0; }
.controls.more:empty { display: none; }
#recent .controls, #causes .controls { align-items: center; }
.card.skeleton { min-height: 7.6rem; }
.plot.skeleton { min-height: 17.6rem; }
.scroll.skeleton { min-height: 12rem; }
.skeleton:empty { background: linear-gradient(var(--line), var(--line)) 0 0 / 45% .9rem no-repeat content-box, var(--card); opacity: .7; }
.card { padding: 1rem 1.15rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card); }
.card .value { font-size: 2rem; line-height: 1.25; font-weight: 600; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.budget .value { font-size: 1.5rem; }
.budget .bar { margin: .35rem 0 .5rem; }
.bounds, .note, .empty { color: var(--soft); font-size: .88rem; }
.note { margin-top: .6rem; }
.steps .note { margin: 0 0 .4rem; }
.notice { margin-top: .6rem; padding: .5rem .75rem; border-left: 3px solid var(--warn); background: var(--paper); }
.columns { display: grid; grid-template-columns: 3fr 2fr; gap: 1.25rem; align-items: start; }
.controls { display: flex; flex-wrap: wrap; gap: .5rem 1rem; margin-bottom: .75rem; }
.choice { display: flex; flex-wrap: wrap; margin: 0; padding: 2px; border: 1px solid var(--line); border-radius: .5rem; background: var(--paper); }
.choice label { position: relative; }
.choice input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: pointer; }
.choice span { display: block; padding: .2rem .7rem; border-radius: .4rem; font-size: .85rem; }
.choice input:checked + span { background: var(--card); box-shadow: 0 0 0 1px var(--line); font-weight: 600; }
.choice input:focus-visible + span { outline: 2px solid var(--accent); outline-offset: 1px; }
.scroll { overflow-x: auto; }
.scroll:focus-visible, button:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .4rem .9rem .4rem 0; text-align: left; border-bottom: 1px solid var(--line); vertical-align: middle; }
tr:last-child > * { border-bottom: 0; }
thead th { font-size: .8rem; font-weight: 600; color: var(--soft); white-space: nowrap; border-bottom: 1px solid var(--line) !important; }
tbody th { font-weight: 500; min-width: 5rem; max-width: 22rem; overflow-wrap: break-word; }
td { max-width: 24rem; overflow-wrap: break-word; }
.u-legend :is(th, td) { padding: 0 .3rem; border: 0; }
.short { white-space: nowrap; }
#recent .scroll { max-height: 32rem; overflow: auto; }
#recent thead th { position: sticky; top: 0; background: var(--card); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
#recent td.number { white-space: nowrap; }
.share { display: grid; grid-template-columns: minmax(4rem, 1fr) 4.6rem; align-items: center; gap: .6rem; min-width: 9rem; white-space: nowrap; font-variant-numeric: tabular-nums; }
.share > :last-child { text-align: right; }
.bar { display: block; min-width: 4rem; height: .5rem; border-radius: .25rem; background: var(--line); overflow: hidden; }
.fill { display: block; height: 100%; background: var(--accent); }
.fill.near { background: var(--warn); }
.fill.over { background: var(--bad); }
.fill.unknown { background: var(--idle); }
button { padding: .2rem .7rem; border: 1px solid var(--line); border-radius: .4rem; font: inherit; font-size: .85rem; color: var(--accent); background: var(--card); cursor: pointer; }
button:hover { border-color: var(--accent); }
a { color: var(--accent); }
dialog { width: min(46rem, calc(100vw - 2rem)); max-height: 85vh; padding: 1.25rem 1.5rem; border: 1px solid var(--line); border-radius: .75rem; color: var(--ink); background: var(--card); overflow: auto; }
dialog::backdrop { background: rgba(0, 0, 0, .5); }
dialog h3 { margin: 1rem 0 .25rem; color: var(--ink); }
dialog .close { margin-top: 1rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1rem; margin: 0; font-size: .9rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
dl dl { padding-left: .6rem; border-left: 2px solid var(--line); }
ol { margin: 0; padding-left: 1.25rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.u-legend { font-size: .82rem; }
.u-legend th::after { content: "" !important; }
.uplot, .u-legend { font-family: inherit; }
@media (max-width: 50rem) { #causes :is(th, td) { padding-right: .6rem; } .share { min-width: 7.2rem; grid-template-columns: minmax(2rem, 1fr) 4.6rem; } .bar { min-width: 2rem; } }
@media (max-width: 75rem) { .columns { grid-template-columns: 1fr; gap: 0; } }
@media (max-width: 60rem) { .columns { grid-template-columns: 1fr; gap: 0; } .cards { grid-template-columns: 1fr 1fr; } }
@media (max-width: 50rem) { #recent .scroll { max-height: none; } #recent tbody tr:nth-child(n + 11) { display: none !important; } ${rowsAsCards("#recent")} }
@media (max-width: 40rem) { ${rowsAsCards(":is(#causes, #quality)")} }
@media (forced-colors: active) { .bar { border: 1px solid CanvasText; } .fill { background: Highlight !important; forced-color-adjust: none; } .fill.over { background: Mark !important; } .choice input:checked + span { background: Highlight; color: HighlightText; forced-color-adjust: none; } .status::before { background: CanvasText; forced-color-adjust: none; } .status.live::before { background: Highlight; } }
@media (max-width: 30rem) { header, main { padding-left: 1rem; padding-right: 1rem; } .cards { grid-template-columns: 1fr 1fr; gap: .75rem; } .card { padding: .8rem .9rem; } .card .value { font-size: 1.4rem; } }
@media (prefers-reduced-motion: no-preference) { .fill { transition: width .4s; } }
`;
