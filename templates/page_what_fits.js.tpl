% -- SPDX-License-Identifier: 0BSD
% -- Ways to learn within a budget: a dot each, and the line to paste.
const list = facts.rows.map((r, i) => ({ ...r, place: i + 1 }));
const best = new Set();
let most = -Infinity;
for (const r of list.slice().sort((a, b) => a.ram - b.ram || b.gain - a.gain))
    if (r.gain > most) {
        most = r.gain;
        best.add(r);
    }

title(facts.name, facts.budget ? "what may learn within " + bytes(facts.budget) : "what may learn", list.length + " ways fit" +
    (facts.unfit.count ? BETWEEN + facts.unfit.count + " do not; the smallest of them needs " + bytes(facts.unfit.smallest) : ""));
const detail = h("aside", { id: "detail", "aria-live": "polite" }), paste = h("div", { id: "paste", style: "margin-top:12px" });
let held = list[0];

function show(r) {
    detail.replaceChildren(h("h3", {}, r.what), h("dl", {}, [["gain", (r.gain < 0 ? "" : "+") + r.gain.toFixed(1) + " points"], ["RAM", bytes(r.ram)], ["of these", "net " + bytes(r.net) + ", scratch " + bytes(r.scratch) + ", stack " + bytes(r.stack)],
        ["values", r.trained.toLocaleString("en")], ["MACs", count(r.macs)], ["again", r.recompute ? count(r.recompute) : "nothing"]].map(x => [h("dt", {}, x[0]), h("dd", {}, x[1])])));
}

function hold(r) {
    held = r || list[0];
    show(held);
    plot.mark(points.find(p => p.row === held));
    paste.replaceChildren(h("h3", {}, "To paste into train { ... }: " + held.what), copyable(held.spec));
    rows.light(x => x === held);
}

const points = list.map(r => ({ x: r.ram, y: r.gain, best: best.has(r), taken: r === list[0], row: r, label: r.what + ": " + (r.gain < 0 ? "" : "+") + r.gain.toFixed(1) + ", " + bytes(r.ram) }));
const rows = table("Ways to learn, the best first. A click on one shows the line to paste.", [{ name: "what learns", value: r => r.place, show: r => r.what }, { name: "gain", value: r => r.gain, number: true, show: r => (r.gain < 0 ? "" : "+") + r.gain.toFixed(1) },
    { name: "RAM", value: r => r.ram, number: true, show: r => bytes(r.ram) }, { name: "values", value: r => r.trained, number: true, show: r => r.trained.toLocaleString("en") }, { name: "MACs", value: r => r.macs, number: true, show: r => count(r.macs) },
    { name: "again", value: r => r.recompute, number: true, show: r => r.recompute ? count(r.recompute) : "" }], list, hold);
let plot = null;
if (list.length) {
    plot = dots(points, { name: "gain against RAM of the ways to learn", x: "RAM", y: "gain", xtext: bytes, ytext: y => (y < 0 ? "" : "+") + round(y) }, { width: 760, height: 340 }, p => show(p.row), p => hold(p.row), () => show(held));
    section("Gain against RAM", "front", h("p", { class: "soft" }, "gain: points of accuracy over the last layer alone, as similar ways had them on mcunet-5fps: an order, not a promise. The line joins what nothing beats in both."),
        h("div", { class: "stage" }, h("div", {}, h("figure", { id: "picture" }, plot), paste), detail));
    section("Ways to learn", "rows", h("div", { class: "wide scroll" }, rows));
    hold(list[0]);
} else section("Nothing fits", "front", h("p", {}, facts.unfit.count + " ways were tried; the smallest needs " + bytes(facts.unfit.smallest) + " of RAM."));
