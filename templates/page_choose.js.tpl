% -- SPDX-License-Identifier: 0BSD
% -- What choose measured: a dot a plan, its spread, the front, and what to paste for each.
const list = facts.candidates.map((c, i) => ({ ...c, place: i, front: facts.front.includes(i), chosen: i === facts.chosen })).filter(c => c.runs.length);
const taken = list.find(c => c.chosen);
const accuracy = c => percent(c.accuracy) + (c.runs.length > 1 ? " \u00b1 " + percent(c.spread) : "");

title(facts.name, taken ? "what should learn: " + taken.what : "what should learn", list.length + " plans measured by " + facts.runs + " runs");
const cards = h("div", { class: "cards" });
if (taken) cards.append(card("RAM", bytes(taken.ram)), card("accuracy, held back", accuracy(taken), taken.runs.length + " runs"), card("flash for weights", bytes(taken.flash)),
    card("MACs of a training step", count(taken.macs)), card("learns with", taken.optimizer, "rate " + Number(taken.rate.toPrecision(3))));

// ---- the dots ----

const detail = h("aside", { id: "detail", "aria-live": "polite" }), chart = h("figure", { id: "picture" });
let held = taken;

function show(c) {
    if (!c) return;
    const p = c.precision;
    detail.replaceChildren(h("h3", {}, c.what), h("dl", {}, [["accuracy", accuracy(c)], ["runs", c.runs.map(x => percent(x)).join(", ")], ["RAM", bytes(c.ram)], ["flash", bytes(c.flash)], ["MACs", count(c.macs)],
        ["learns with", c.optimizer + ", rate " + Number(c.rate.toPrecision(3))], ["precision", "forward " + p.forward + ", gradients " + p.gradient + ", values " + p.trained],
        ["is", [c.chosen && "taken", c.front && "on the front"].filter(x => x).join(", ") || "beaten by another"]].map(r => [h("dt", {}, r[0]), h("dd", {}, r[1])])));
}

function hold(c) {
    held = c || taken || list[0];
    show(held);
    plot.mark(points.find(p => p.candidate === held));
    paste.replaceChildren(h("h3", {}, "To paste: " + held.what), copyable(held.spec || "update = " + JSON.stringify(held.update)));
    rows.light(r => r === held);
}

const points = list.map(c => ({ x: c.ram, y: 100 * c.accuracy, spread: 100 * c.spread, best: c.front, taken: c.chosen, candidate: c, label: c.what + ": " + accuracy(c) + ", " + bytes(c.ram) }));
const plot = dots(points, { name: "accuracy against RAM of the plans measured", x: "RAM", y: "accuracy on samples held back", xtext: bytes, ytext: y => round(y) + " %" }, { width: 760, height: 380 },
    p => show(p.candidate), p => hold(p.candidate), () => show(held));
chart.append(plot);
const paste = h("div", { id: "paste", style: "margin-top:12px" });
const rows = table("Plans that were measured. A click on a name shows what to paste.", [{ name: "what learns", value: c => c.what }, { name: "accuracy", value: c => c.accuracy, number: true, show: accuracy }, { name: "runs", value: c => c.runs.length, number: true },
    { name: "RAM", value: c => c.ram, number: true, show: c => bytes(c.ram) }, { name: "flash", value: c => c.flash, number: true, show: c => bytes(c.flash) }, { name: "MACs", value: c => c.macs, number: true, show: c => count(c.macs) },
    { name: "rate", value: c => c.rate, number: true, show: c => c.optimizer + " " + Number(c.rate.toPrecision(3)) }, { name: "front", value: c => c.front ? 1 : 0, show: c => c.chosen ? "taken" : c.front ? "yes" : "" }],
    list.slice().sort((a, b) => a.ram - b.ram), hold);
section("Accuracy against RAM", "front", cards, h("ul", { class: "legend", style: "margin-top:14px" }, h("li", {}, h("i", { style: "background:var(--gradient)" }), "taken"), h("li", {}, h("i", { style: "background:var(--accent)" }), "on the front: nothing beats it in both"),
    h("li", {}, h("i", { style: "background:var(--soft)" }), "beaten"), h("li", {}, "lines: the spread over seeds")), h("div", { class: "stage" }, h("div", {}, chart, paste), detail));
section("Plans", "plans", h("div", { class: "wide scroll" }, rows));
const tests = Object.entries(facts.test).filter(t => t[1].accuracy !== undefined);
if (tests.length)
    section("On the test data", "test", h("div", { class: "wide" }, table("Against plans that nobody searched for.", [{ name: "plan", value: r => r[0].replace("_", "-") }, { name: "accuracy", value: r => r[1].accuracy, number: true, show: r => percent(r[1].accuracy) },
        { name: "spread", value: r => r[1].spread || 0, number: true, show: r => percent(r[1].spread || 0) }, { name: "RAM", value: r => facts.controls[r[0]] ? facts.controls[r[0]].ram : taken ? taken.ram : 0, number: true,
            show: r => bytes(facts.controls[r[0]] ? facts.controls[r[0]].ram : taken ? taken.ram : 0) }], tests)));
if (held || list.length) hold(held);
