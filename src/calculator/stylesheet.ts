/** The look of the calculator, in light, dark and print. Contrasts are at least 4.5 to 1 for text. */
export const STYLESHEET = `
:root { color-scheme: light dark; --ink: #16211c; --soft: #52605a; --paper: #f5f8f6; --card: #fff; --line: #dbe3de; --edge: #7d8b84; --accent: #17794a; --accent-soft: rgba(23, 121, 74, .2); --second: #6a4fb3; --second-soft: rgba(106, 79, 179, .2); --warn: #9a5b00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eeea; --soft: #a4b3ab; --paper: #0f1613; --card: #18211d; --line: #2c3832; --edge: #73827a; --accent: #57c48d; --accent-soft: rgba(87, 196, 141, .25); --second: #b9a3ff; --second-soft: rgba(185, 163, 255, .25); --warn: #e3a94a; } }
* { box-sizing: border-box; }
html { scrollbar-gutter: stable; }
body { margin: 0; font: 16px/1.55 system-ui, "DejaVu Sans", sans-serif; color: var(--ink); background: var(--paper); }
header, main, footer { max-width: 76rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.25rem; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; letter-spacing: -.02em; text-wrap: balance; }
header p { margin: .4rem 0 0; max-width: 46rem; color: var(--soft); }
h2 { margin: 0 0 1rem; font-size: 1.15rem; line-height: 1.35; overflow-wrap: anywhere; }
h3 { margin: 0; font-size: .92rem; font-weight: 600; overflow-wrap: anywhere; }
h4 { margin: 1.25rem 0 .25rem; font-size: .92rem; }
p { margin: 0; }
main { display: grid; grid-template-columns: minmax(17rem, 22rem) minmax(0, 1fr); gap: 1.5rem; align-items: start; margin-top: 1.75rem; }
form, #answer { padding: 1.35rem 1.5rem 1.5rem; border: 1px solid var(--line); border-radius: .9rem; background: var(--card); }
form { position: sticky; top: 1rem; max-height: calc(100vh - 2rem); overflow: auto; }
.field { display: grid; gap: .25rem; margin-bottom: .95rem; min-width: 0; }
label, legend { font-size: .88rem; font-weight: 600; }
.hint { font-size: .82rem; color: var(--soft); font-weight: 400; }
input:not([type="radio"]), select { width: 100%; min-width: 0; padding: .5rem .65rem; border: 1px solid var(--edge); border-radius: .5rem; font: inherit; font-size: 1rem; color: inherit; background: var(--paper); }
input::placeholder { color: var(--soft); opacity: 1; }
#usage, #more-usage { display: grid; grid-template-columns: 1fr 1fr; gap: 0 .75rem; align-items: end; }
fieldset { margin: 0 0 .75rem; padding: 0; border: 0; min-width: 0; }
legend { padding: 0; margin-bottom: .25rem; }
.radio { display: flex; gap: .5rem; align-items: baseline; padding: .2rem 0; font-weight: 400; font-size: .92rem; }
.radio input { accent-color: var(--accent); flex: none; }
#presets { display: flex; flex-wrap: wrap; gap: .4rem; margin: -.2rem 0 1rem; }
button { padding: .4rem .85rem; border: 1px solid var(--edge); border-radius: 2rem; font: inherit; font-size: .88rem; color: var(--ink); background: var(--card); cursor: pointer; }
button:hover { border-color: var(--accent); color: var(--accent); }
.chip { padding: .15rem .7rem; font-size: .82rem; }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin-top: 1rem; }
:is(a, button, input, select, summary, .scroll):focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
details { margin-top: .85rem; }
summary { cursor: pointer; font-size: .92rem; font-weight: 600; color: var(--accent); }
form summary { margin-bottom: .85rem; }
a { color: var(--accent); overflow-wrap: anywhere; }
.ranges { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: 1.5rem 2rem; }
.range h3 { color: var(--soft); font-weight: 600; }
.range .value { font-size: 1.55rem; line-height: 1.3; font-weight: 650; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.range:first-child { grid-column: 1 / -1; }
.range:first-child .value { font-size: 2.75rem; line-height: 1.15; }
.bounds, .note, .scale, .name { color: var(--soft); font-size: .88rem; font-variant-numeric: tabular-nums; }
.name { font-weight: 600; overflow-wrap: anywhere; }
.two .side { margin-top: .5rem; }
.two .range:first-child .value { font-size: 2rem; }
.side-1 .name { color: var(--accent); }
.side-2 .name { color: var(--second); }
.track { position: relative; height: .85rem; margin: .5rem 0 .2rem; border-radius: .2rem; background: var(--paper); box-shadow: inset 0 0 0 1px var(--line); overflow: hidden; }
.tick { position: absolute; top: 0; bottom: 0; width: 1px; background: var(--line); }
.band { position: absolute; top: 0; bottom: 0; background: var(--accent-soft); border: 1px solid var(--accent); border-radius: .2rem; }
.mark { position: absolute; top: 0; bottom: 0; width: 3px; margin-left: -1px; background: var(--accent); }
.side-2 .band { background: var(--second-soft); border-color: var(--second); }
.side-2 .mark { background: var(--second); }
.scale { display: flex; justify-content: space-between; font-size: .78rem; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); gap: 0 2rem; margin-top: 1.5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem 1.25rem; margin: .25rem 0 .75rem; font-size: .92rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.comparison { margin-top: .75rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
.verdict { margin: .35rem 0 .75rem; font-size: 1.1rem; font-weight: 600; text-wrap: balance; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
th, td { padding: .4rem 1rem .4rem 0; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; }
th:not(:first-child), td { text-align: right; padding: .4rem 0 .4rem 1rem; font-variant-numeric: tabular-nums; }
thead th { color: var(--soft); font-size: .82rem; }
tbody th { font-weight: 500; }
.steps ol { margin: .5rem 0 0; padding-left: 1.6rem; font-size: .92rem; }
.steps li { margin-bottom: .65rem; overflow-wrap: anywhere; }
.steps strong { font-weight: 600; }
.notice .chip { margin-top: .4rem; }
.notice { margin: .6rem 0 1rem; padding: .5rem .75rem; border-left: 3px solid var(--warn); background: var(--paper); overflow-wrap: anywhere; }
#answer > .note { margin-top: 1.25rem; overflow-wrap: anywhere; }
footer { padding-top: 1.5rem; padding-bottom: 3rem; color: var(--soft); font-size: .88rem; }
footer p { max-width: 52rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 60rem) { main { grid-template-columns: minmax(0, 1fr); } form { position: static; max-height: none; } }
@media (max-width: 30rem) { header, main, footer { padding-left: 1rem; padding-right: 1rem; } header { padding-top: 1.5rem; } h1 { font-size: 1.5rem; } form, #answer { padding: 1.1rem 1.1rem 1.25rem; } .range:first-child .value { font-size: 2.2rem; } dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: .45rem; } }
@media (forced-colors: active) { .band { background: Canvas; border: 2px solid CanvasText; } .mark { background: Highlight; forced-color-adjust: none; } .track { border: 1px solid CanvasText; } }
@media print { :root { color-scheme: light; --ink: #000; --soft: #333; --paper: #fff; --card: #fff; --line: #bbb; --accent: #17794a; --accent-soft: #cfe6da; --second: #6a4fb3; --second-soft: #ddd6f2; } body { font-size: 10pt; } header { padding-top: 0; } header p, form, .actions, .notice .chip { display: none; } main { display: block; } #answer { padding: 0; border: 0; } .track, .band, .mark { print-color-adjust: exact; } .range, .steps li, tr { break-inside: avoid; } h3, h4 { break-after: avoid; } #address { display: block; overflow-wrap: anywhere; } }
@media screen { #address { display: none; } }
`;
