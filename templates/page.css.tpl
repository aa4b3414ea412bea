% -- SPDX-License-Identifier: 0BSD
:root {
    --back: #fff; --floor: #eef1f4; --card: #f7f9fa; --ink: #1c2733; --soft: #566472; --line: #d3dae0; --accent: #0b62b0;
    --red: #b3261e; --image: #48a880; --map: #6aaee0; --again: #b4dbf5; --mask: #f2c84b; --gradient: #ee8355;
    --sum: #c172b4; --net: #7f8896; --state: #a9b1bd; --stack: #c6ccd3; --forward: #cfe3f3; --loss: #b9c2ca;
    --backward: #f7d3c0; --letters: #0b1a26; --hatch: #ffffff6b;
    color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
    :root {
        --back: #0f151b; --floor: #1b242d; --card: #151d25; --ink: #e4e9ee; --soft: #9aa8b5; --line: #34404b;
        --accent: #7ab8ee; --red: #ff8a80; --map: #5a9fd4; --again: #9fcbe8; --mask: #e3b83c; --gradient: #e27a4d;
        --forward: #8db6d8; --loss: #a7b1ba; --backward: #e0a183;
    }
}
* { box-sizing: border-box; }
body {
    margin: 0 auto; padding: 0 20px 40px; max-width: 1240px; background: var(--back); color: var(--ink);
    font: 15px/1.5 system-ui, "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif;
}
header { padding: 26px 0 4px; }
h1 { font-size: 27px; line-height: 1.2; margin: 0; }
h1 small { font-weight: 400; font-size: inherit; }
#lead { margin: 6px 0 0; color: var(--soft); }
h2 { font-size: 18px; margin: 34px 0 8px; }
h3 { font-size: 15px; margin: 0 0 6px; }
p { margin: 6px 0; max-width: 82ch; }
.soft, figcaption, footer, .unit { color: var(--soft); }
figcaption, .soft { font-size: 13px; }
footer { margin-top: 44px; border-top: 1px solid var(--line); padding-top: 10px; font-size: 13px; }
code, pre, .code { font-family: ui-monospace, "DejaVu Sans Mono", "Liberation Mono", Menlo, Consolas, monospace; font-size: 13px; }
pre { background: var(--floor); padding: 10px 12px; border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; margin: 8px 0; }
figure { margin: 0; }
.skip, .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip:focus { position: static; width: auto; height: auto; clip-path: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
button {
    font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px;
    padding: 3px 10px; cursor: pointer;
}
button:hover { border-color: var(--accent); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px; margin: 16px 0 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 9px 12px; }
.card b { display: block; font-size: 20px; line-height: 1.3; font-weight: 650; }
.card span { color: var(--soft); font-size: 13px; display: block; }
.over, .card .over, .over b { color: var(--red); }
.chooser { display: grid; grid-template-columns: minmax(0, 1fr) 300px; gap: 8px 30px; align-items: center; }
.chooser label { display: block; font-weight: 600; }
.slider { display: flex; gap: 12px; align-items: center; margin: 2px 0 6px; }
.slider input { flex: 1; accent-color: var(--accent); height: 26px; min-width: 0; }
output { font-variant-numeric: tabular-nums; }
.bar { display: flex; height: 26px; background: var(--floor); border-radius: 5px; overflow: hidden; position: relative; margin: 8px 0 4px; }
.bar > span { display: block; height: 100%; border-right: 1px solid var(--back); }
.bar > i { position: absolute; top: 0; bottom: 0; width: 0; border-left: 2px dashed var(--red); }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 6px 0; padding: 0; list-style: none; font-size: 13px; color: var(--soft); }
.legend i { display: inline-block; width: 14px; height: 11px; border-radius: 2px; margin-right: 6px; vertical-align: -1px; }
.tools { display: flex; flex-wrap: wrap; gap: 4px 22px; align-items: center; margin: 4px 0; border: 0; padding: 0; }
.tools legend { position: absolute; clip-path: inset(50%); }
.stage { display: grid; grid-template-columns: minmax(0, 1fr) 250px; gap: 16px; align-items: start; }
aside { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; position: sticky; top: 10px; min-height: 190px; font-size: 14px; }
aside h3 { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 12px; margin: 6px 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { fill: var(--ink); font-size: 12px; }
svg .soft { fill: var(--soft); font-size: 12px; }
svg .in { fill: var(--letters); font-size: 11.5px; pointer-events: none; }
svg .middle { text-anchor: middle; }
svg .end { text-anchor: end; }
svg .floor { fill: var(--floor); }
svg .rule { stroke: var(--line); fill: none; }
svg .tick { stroke: var(--soft); fill: none; opacity: .45; }
svg .front { stroke: var(--soft); fill: none; stroke-width: 1.5; }
svg .budget { stroke: var(--red); stroke-dasharray: 6 4; stroke-width: 1.5; fill: none; }
svg .redtext { fill: var(--red); }
svg .peak { stroke: var(--ink); stroke-width: 1.2; opacity: .75; }
svg .buffer { stroke: var(--back); stroke-width: .7; cursor: pointer; outline: none; }
svg .buffer.atpeak { stroke: var(--ink); stroke-width: .9; }
svg.lights .buffer:not(.lit) { opacity: .22; }
svg .buffer:hover, svg .buffer.shown, svg .buffer:focus-visible { stroke: var(--ink); stroke-width: 2.4; opacity: 1 !important; }
svg .dot { fill: var(--soft); stroke: var(--back); stroke-width: 1.2; cursor: pointer; outline: none; }
svg .dot.best { fill: var(--accent); }
svg .dot.taken { fill: var(--gradient); }
svg .dot.shown, svg .dot:focus-visible, svg .dot:hover { stroke: var(--ink); stroke-width: 2.5; }
svg .spread { stroke: var(--soft); opacity: .55; }
svg .cell { cursor: pointer; stroke: var(--back); }
svg .cell:hover, svg .cell.lit { stroke: var(--ink); stroke-width: 2; }
svg .curve { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13.5px; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: 13px; padding: 2px 0 6px; }
th, td { padding: 3px 10px 3px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { position: sticky; top: 0; background: var(--back); white-space: nowrap; font-weight: 600; vertical-align: bottom; }
td.n, th.n { text-align: right; white-space: nowrap; }
td.code, td .code, td.whole { white-space: nowrap; }
td.fold { overflow-wrap: anywhere; }
td.long { min-width: 220px; font-size: 13px; color: var(--soft); }
th button { border: 0; background: none; padding: 2px 0; font-weight: inherit; }
th button::after { content: " \2195"; color: var(--soft); opacity: .5; }
th[aria-sort=ascending] button::after { content: " \2191"; opacity: 1; }
th[aria-sort=descending] button::after { content: " \2193"; opacity: 1; }
td button { border: 0; background: none; padding: 0; text-align: left; color: var(--accent); }
td button:hover { text-decoration: underline; }
tr.lit td { background: var(--floor); }
tr[hidden] { display: none; }
.scroll { max-height: 520px; overflow: auto; border: 1px solid var(--line); border-radius: 8px; padding: 0 10px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 26px; }
.shots { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 14px; padding: 0; margin: 8px 0; list-style: none; }
.shots li { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px; font-size: 13px; overflow-wrap: anywhere; }
.shots canvas { width: 100%; image-rendering: pixelated; border-radius: 4px; display: block; margin-bottom: 6px; background: var(--floor); }
.confusion { width: auto; }
.confusion td, .confusion th { padding: 4px 8px; text-align: center; border: 1px solid var(--back); }
.confusion tbody th { text-align: right; position: static; font-weight: 400; }
.confusion thead th { font-weight: 400; position: static; }
summary { cursor: pointer; margin: 10px 0; color: var(--accent); }
@media (max-width: 800px) {
    body { padding: 0 12px 30px; }
    h1 { font-size: 22px; }
    .stage, .chooser, .pair { grid-template-columns: minmax(0, 1fr); }
    aside { position: static; min-height: 0; }
    .cards { grid-template-columns: 1fr 1fr; }
}
@media print {
    :root { --back: #fff; --floor: #eef1f4; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; color-scheme: light; }
    body { max-width: none; padding: 0; font-size: 11pt; }
    * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    .tools, .slider, .skip, td button::after, th button::after, .copy, summary, details:not([open]) { display: none !important; }
    td button { color: inherit; }
    .scroll { max-height: none; overflow: visible; border: 0; padding: 0; }
    .wide { overflow: visible; }
    aside, th { position: static; }
    table { font-size: 8pt; }
    td, th { padding-right: 6px; }
    td.code, td .code { white-space: normal; overflow-wrap: anywhere; font-size: 7.5pt; }
    figure, .card, tr, aside { break-inside: avoid; }
    h2, caption { break-after: avoid; }
}
