% -- SPDX-License-Identifier: 0BSD
% -- What train found: curves, confusion, and the samples that it is most wrong about.
const classes = facts.classes || [], spread = facts.accuracy && facts.accuracy.runs.length > 1 ? facts.accuracy : null;

// ---- head ----

const isClasses = facts.confusion !== undefined;
const lastLoss = facts.epochs.length ? facts.epochs[facts.epochs.length - 1].loss : null;
title(facts.name, isClasses ? percent(facts.accuracy_after) + " right" + (spread ? ", spread " + percent(spread.spread) : "")
    : facts.auc !== undefined && facts.auc !== null ? "area under the curve " + facts.auc.toFixed(3) : "loss " + Number(facts.loss === undefined ? lastLoss : facts.loss).toPrecision(3),
    facts.epochs.length + " epochs" + BETWEEN + facts.optimizer + BETWEEN + "rate " + Number(facts.rate.toPrecision(4)) + BETWEEN + facts.seconds_per_sample.toPrecision(2) + " seconds a sample here");
const cards = h("div", { class: "cards" });
if (isClasses) cards.append(card("accuracy before", percent(facts.accuracy_before)), card("accuracy after", percent(facts.accuracy_after), spread ? facts.accuracy.runs.length + " runs: " + facts.accuracy.runs.map(x => percent(x)).join(", ") : ""));
if (isClasses && facts.validation) cards.append(card("on the validation part", percent(facts.validation.mean)));
if (facts.error) facts.error.forEach((e, i) => cards.append(card("error of output " + (i + 1), Number(e).toPrecision(3), "root of the mean square")));
if (facts.threshold !== undefined && facts.threshold !== null) cards.append(card("threshold", Number(facts.threshold).toPrecision(4)), card("found beyond it", percent(facts.found || 0)), card("false alarms", percent(facts.false_alarms || 0)));
cards.append(card("RAM on the device", bytes(facts.ram.total), "net " + bytes(facts.ram.net) + ", scratch " + bytes(facts.ram.scratch_train) + ", stack " + bytes(facts.ram.stack)));
section("Result", "result", cards);

// ---- curves ----

function curve(name, key, text) {
    const W = 520, H = 240, L = 58, R = 16, T = 14, B = 40, list = facts.epochs.map(e => e[key]), known = list.filter(x => x !== null && x !== undefined);
    if (!known.length) return null;
    const high = key === "accuracy" ? Math.min(1, Math.max(...known) + .02) : Math.max(...known) * 1.05 || 1, low = key === "accuracy" ? Math.max(0, Math.min(...known) - .02) : 0;
    const X = i => L + (list.length > 1 ? i / (list.length - 1) : .5) * (W - L - R), Y = v => H - B - (v - low) / (high - low || 1) * (H - T - B);
    const svg = s("svg", { viewBox: "0 0 " + W + " " + H, role: "group", "aria-label": name + " by epoch: from " + text(known[0]) + " to " + text(known[known.length - 1]) });
    svg.append(s("rect", { class: "floor", x: L, y: T, width: W - L - R, height: H - T - B }));
    for (const at of ticks(low, high, 5)) svg.append(s("path", { class: "rule", d: "M" + L + " " + round(Y(at)) + "H" + (W - R) }), words(L - 7, Y(at) + 4, text(at), "soft end"));
    const each = Math.ceil(list.length / 10);
    list.forEach((v, i) => { if (i % each === 0) svg.append(words(X(i), H - B + 18, String(i + 1), "soft middle")); });
    svg.append(words((L + W - R) / 2, H - 4, "epoch", "soft middle"));
    svg.append(s("path", { class: "curve", d: list.map((v, i) => (i ? "L" : "M") + round(X(i)) + " " + round(Y(v))).join("") }));
    const says = h("figcaption", {}, name + ": at the end " + text(known[known.length - 1]));
    const marks = list.map((v, i) => s("circle", { class: "dot best", cx: round(X(i)), cy: round(Y(v)), r: 4, role: "img", "aria-label": "epoch " + (i + 1) + ": " + text(v) }, s("title", {}, "epoch " + (i + 1) + ": " + text(v))));
    svg.append(...marks);
    walk(marks, (m, key_) => beside(marks, m, key_), m => { says.textContent = name + ": " + m.getAttribute("aria-label"); }, () => 0, () => 0);
    return h("figure", {}, h("h3", {}, name), svg, says);
}
const numbers = [{ name: "epoch", value: r => r.epoch, number: true }, { name: "loss", value: r => r.loss, number: true, show: r => r.loss === null ? "-" : r.loss.toPrecision(4) }];
if (isClasses) numbers.push({ name: "accuracy", value: r => r.accuracy, number: true, show: r => percent(r.accuracy) });
section("By epoch", "curves", h("div", { class: "pair" }, curve("Loss while it learns", "loss", x => Number(x.toPrecision(3)).toString()),
    isClasses && curve(facts.validation ? "Accuracy on the validation part" : "Accuracy on the test samples", "accuracy", x => percent(x))),
    h("details", {}, h("summary", {}, "The numbers"), h("div", { class: "wide" }, table("Means over the runs.", numbers, facts.epochs.map((e, i) => ({ ...e, epoch: i + 1 }))))));

// ---- confusion ----

function confusion() {
    const says = h("figcaption", {}, "Rows: the class that a sample is of. Columns: what it was taken for. Samples of all runs.");
    const sums = facts.confusion.map(row => row.reduce((a, x) => a + x, 0));
    const body = facts.confusion.map((row, i) => h("tr", {}, h("th", { scope: "row" }, classes[i]), row.map((n, k) => {
        const share = sums[i] ? n / sums[i] : 0, text = classes[i] + " taken for " + classes[k] + ": " + n + " of " + sums[i];
        const cell = h("td", { title: text, style: "background:color-mix(in srgb, var(--" + (i === k ? "image" : "gradient") + ") " + Math.round(n ? 15 + 85 * share : 0) + "%, var(--floor));" + (share > .35 ? "color:var(--letters)" : ""),
            pointerenter: () => { says.textContent = text + " (" + percent(share) + ")"; } }, n ? String(n) : "");
        return cell;
    })));
    const whole = h("table", { class: "confusion" }, h("caption", {}, "What was taken for what"), h("thead", {}, h("tr", {}, h("td"), classes.map(c => h("th", { scope: "col" }, c)))), h("tbody", {}, body));
    const rows = classes.map((name, i) => {
        const others = facts.confusion[i].map((n, k) => [n, k]).filter(x => x[1] !== i && x[0]).sort((a, b) => b[0] - a[0]);
        return { name: name, sum: sums[i] / (facts.accuracy.runs.length || 1), right: sums[i] ? facts.confusion[i][i] / sums[i] : 0, other: others.length ? classes[others[0][1]] : "" };
    });
    const by = table("Classes", [{ name: "class", value: r => r.name }, { name: "samples", value: r => r.sum, number: true, show: r => String(Math.round(r.sum)) },
        { name: "right", value: r => r.right, number: true, show: r => percent(r.right) }, { name: "mostly taken for", value: r => r.other }], rows);
    section("Confusion", "confusion", h("div", { class: "wide" }, whole), says, h("div", { class: "wide", style: "margin-top:14px" }, by));
}
if (isClasses && classes.length) confusion();

// ---- the worst ----

// An image of the facts, its bytes in base64, as a canvas.
function canvas(image, name) {
    const made = h("canvas", { width: image.w, height: image.h, role: "img", "aria-label": name }), to = made.getContext("2d"), data = to.createImageData(image.w, image.h);
    const from = Uint8Array.from(atob(image.data), c => c.charCodeAt(0));
    for (let i = 0; i < image.w * image.h; i++) {
        for (let k = 0; k < 3; k++) data.data[4 * i + k] = from[image.c * i + (image.c > k ? k : 0)];
        data.data[4 * i + 3] = 255;
    }
    to.putImageData(data, 0, 0);
    return made;
}
if (facts.mistakes && facts.mistakes.length)
    section("Most wrong about", "mistakes", h("ul", { class: "shots" }, facts.mistakes.map(m => h("li", {}, m.image && canvas(m.image, m.sample + ", a " + m.class),
        h("div", {}, h("b", {}, m.class), " taken for ", h("b", {}, m.said)), h("div", { class: "soft" }, m.sample), h("div", { class: "soft" }, "loss " + Number(m.loss).toPrecision(3))))));
if (facts.not_finite && facts.not_finite.length)
    section("Steps that were not finite", "not-finite", h("div", { class: "wide" }, table("Each epoch was begun again with half the rate.", [{ name: "seed", value: r => r.seed, number: true }, { name: "epoch", value: r => r.epoch, number: true },
        { name: "sample", value: r => r.sample }, { name: "rate", value: r => r.rate, number: true }, { name: "what", value: r => r.what }, { name: "tensor", value: r => r.tensor, code: true }], facts.not_finite)));
