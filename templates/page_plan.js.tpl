% -- SPDX-License-Identifier: 0BSD
% -- The plan, alive. What the facts' short lists mean stands in generator/report/page_facts.c.
const KINDS = [["image", "image"], ["map", "map"], ["recomputed map", "again"], ["mask, one bit an element", "mask"],
    ["gradient", "gradient"], ["parameter gradient", "sum"]];
const PASSES = ["forward", "loss", "backward"];
const plans = facts.plans, layers = facts.costs;
const state = { plan: plans.findIndex(p => p.taken), program: plans[0].train ? "train" : "predict", layer: -1, buffer: null, same: false };
const plan = () => plans[state.plan];
const program = () => plan()[state.program] || plan().predict;
const extra = p => (p.work - facts.least_work) / facts.least_work;
const tensor = i => ({ name: facts.tensors[i][0], layer: facts.tensors[i][1], shape: shape(...facts.tensors[i].slice(2, 5)), height: facts.tensors[i][2], type: facts.tensors[i][5] });
const layerName = i => i < 0 ? "" : layers[i].name;

// The short list of a buffer as an object.
const buffer = b => ({ tensor: b[0], kind: b[1], ring: b[2], offset: b[3], bytes: b[4], rows: b[5], first: b[6], last: b[7], stretches: b[8] });
for (const p of plans)
    for (const w of [p.train, p.predict])
        if (w) {
            w.buffers = w.buffers.map(buffer);
            for (let i = 0; i < w.alive.length; i += 2) w.buffers[w.alive[i]].alive = w.alive[i + 1];
        }

// ---- head ----

const net = () => plan().net;
const input = layers[0] && facts.tensors.find(t => t[0] === "image") || facts.tensors[0];
const output = layers[layers.length - 1];
const cards = h("div", { class: "cards" });
const budget = facts.ram.budget;

function head() {
    const p = plan(), m = facts.macs;
    title(facts.name, (p.train ? "learns" : "predicts") + " in " + bytes(p.ram) + " of RAM",
        shape(...input.slice(2, 5)) + " in" + BETWEEN + (p.train ? facts.trained.values.toLocaleString("en") + " values learn" + BETWEEN : "") +
        (budget ? "the budget is " + bytes(budget) : "no budget was given"));
    const list = [card("RAM", bytes(p.ram), !budget ? "" : p.ram > budget ? bytes(p.ram - budget) + " too much" : bytes(budget - p.ram) + " of the budget stay free", budget && p.ram > budget),
        card("flash for weights", bytes(facts.flash.weights), facts.flash.code ? "code: about " + bytes(facts.flash.code) : "the code comes on top"),
        card("MACs of a prediction", count(m.forward), "multiply-accumulates")];
    if (p.train) {
        const sum = m.forward + m.backward + p.recompute;
        list.push(card("MACs of a training step", count(sum), p.recompute ? count(p.recompute) + " made a second time" : "nothing is made twice"),
            card("instructions of a step", count(p.work), "about, on a " + facts.priced));
    }
    cards.replaceChildren(...list);
}

// ---- the plans ----

const slider = h("input", { type: "range", id: "plan", min: 0, max: plans.length - 1, step: 1, value: state.plan, "aria-describedby": "plan-says",
    input: () => choose(Number(slider.value)) });
const said = h("output", { id: "plan-says", for: "plan" });
const bar = h("div", { class: "bar", role: "img" }), barLegend = h("ul", { class: "legend" });
let plot = null;

function choosePlan() {
    const p = plan();
    said.textContent = bytes(p.ram) + " of RAM, " + (extra(p) < .0005 ? "no work more than the fastest" : "+" + percent(extra(p)) + " work") +
        (p.taken ? "; this is the plan that was taken" : "") + (budget && p.ram > budget ? "; beyond the budget" : "");
    slider.setAttribute("aria-valuetext", said.textContent);
    slider.value = state.plan;
    if (plot) plot.mark(points[state.plan]);
    const state_ = facts.learnt_state, parts = [["scratch", p.scratch, "map"], ["what learns", facts.trained.bytes, "net"],
        [state_ ? "optimiser state and counters" : "counters", p.net - facts.trained.bytes, "state"], ["stack", p.stack, "stack"]];
    const most = Math.max(p.ram, budget);
    bar.replaceChildren(...parts.map(x => h("span", { style: "width:" + 100 * x[1] / most + "%;background:var(--" + x[2] + ")", title: x[0] + ": " + bytes(x[1]) })));
    if (budget) bar.append(h("i", { style: "left:calc(" + 100 * budget / most + "% - 2px)", title: "budget" }));
    bar.setAttribute("aria-label", parts.map(x => x[0] + " " + bytes(x[1])).join(", "));
    barLegend.replaceChildren(...parts.map(x => h("li", {}, h("i", { style: "background:var(--" + x[2] + ")" }), x[0] + " " + bytes(x[1]))));
    if (budget) barLegend.append(h("li", {}, "dashed: the budget of " + bytes(budget)));
}

const points = plans.map((p, i) => ({ x: p.ram, y: 100 * extra(p), best: true, taken: p.taken, plan: i,
    label: bytes(p.ram) + ", +" + percent(extra(p)) + " work" + (p.taken ? ", the plan that was taken" : "") }));

function plansSection() {
    const chart = h("figure");
    if (plans.length > 1 && points.some(p => p.x !== points[0].x)) {
        plot = dots(points, { name: "work against RAM of the plans", x: "RAM", y: "work above the fastest plan", xtext: bytes, ytext: y => "+" + round(y) + " %", floor: 0 },
            { width: 300, height: 170 }, null, p => choose(p.plan));
        chart.append(plot);
    }
    const one = h("p", {}, "One plan is the smallest and the fastest.");
    section("RAM against work", "plans", cards, h("div", { class: "chooser", style: "margin-top:14px" },
        h("div", {}, plans.length > 1 ? [h("label", { for: "plan" }, "Plan: the smallest on the left, the fastest on the right"), h("div", { class: "slider" }, slider)] : one,
            h("p", {}, said), bar, barLegend), chart));
}

// ---- the picture ----

const picture = h("figure", { id: "picture" }), detail = h("aside", { id: "detail", "aria-live": "polite" });
const below = h("figure", { style: "margin-top:12px" });
const HEIGHT = 440, LEFT = 66, RIGHT = 14, BAND = 26;
let marks = [], byBuffer = new Map();

// Where a step begins, from 0 to 1: a sweep has its share of the width.
function timeScale(w) {
    const first = [], from = [];
    let all = 0;
    for (let i = 0; i < w.sweeps.length; i += 3) {
        first.push(w.sweeps[i]);
        from.push(all);
        all += w.sweeps[i + 1];
    }
    first.push(w.steps);
    from.push(all);
    return step => {
        let low = 0, high = first.length - 1;
        while (high - low > 1) {
            const middle = (low + high) >> 1;
            if (first[middle] <= step) low = middle; else high = middle;
        }
        const part = (step - first[low]) / (first[high] - first[low] || 1);
        return (from[low] + (from[high] - from[low]) * Math.min(1, part)) / (all || 1);
    };
}

const scratchLimit = () => budget ? Math.max(0, budget - plan().net - plan().stack) : 0;

function topAddress(p) {
    const top = Math.max(p.train ? p.train.arena : 0, p.predict.arena, 1), limit = budget ? Math.max(0, budget - p.net - p.stack) : 0;
    return limit > top && limit < top * 4 / 3 ? limit : top;
}

// The outline of a buffer: rows come on the left and die on the right.
function outline(b, X, Y) {
    const up = [], down = [];
    let row = 0;
    const list = b.stretches && b.stretches.length ? b.stretches : [1, b.first, b.first, b.last, b.last], rows = b.stretches && b.stretches.length ? b.rows : 1;
    for (let i = 0; i < list.length; i += 5) {
        const y0 = Y(b.offset + b.bytes * row / rows), y1 = Y(b.offset + b.bytes * (row += list[i]) / rows);
        const left0 = X(list[i + 1]), left1 = X(list[i + 2]), right0 = X(list[i + 3]), right1 = X(list[i + 4]);
        up.push([left0, y0], [left1, y1]);
        down.push([Math.max(right0, left0 + 1), y0], [Math.max(right1, left1 + 1), y1]);
    }
    return up.concat(down.reverse());
}

// A place for words inside: [x, y] or null.
function roomFor(shape_, wide) {
    const half = shape_.length / 2;
    let best = null;
    for (let i = 0; i < half; i += 2) {
        const left = Math.max(shape_[i][0], shape_[i + 1][0]), mirror = shape_.length - 1 - i;
        const right = Math.min(shape_[mirror][0], shape_[mirror - 1][0]), tall = shape_[i][1] - shape_[i + 1][1];
        if (tall >= 13 && right - left >= wide && (!best || tall > best.tall)) best = { tall: tall, x: (left + right) / 2, y: (shape_[i][1] + shape_[i + 1][1]) / 2 + 4 };
    }
    return best;
}

const what = b => KINDS[b.kind][0] + (b.ring ? ", a ring of " + b.rows + " of " + tensor(b.tensor).height + " rows" : b.rows > 1 ? ", " + b.rows + " rows" : "");
const passAt = (w, step) => {
    let i = 0;
    while (i + 3 < w.sweeps.length && w.sweeps[i + 3] <= step) i += 3;
    return PASSES[w.sweeps[i + 2]] || "";
};

function hatches() {
    return s("defs", {}, KINDS.map(k => s("pattern", { id: "ring-" + k[1], width: 5.5, height: 5.5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
        s("rect", { width: 5.5, height: 5.5, style: "fill:var(--" + k[1] + ")" }), s("path", { d: "M0 0v5.5", style: "stroke:var(--hatch);stroke-width:3" }))));
}

function drawBands(svg, w, X, top) {
    for (let i = 0; i < w.sweeps.length;) {
        let k = i;
        while (k < w.sweeps.length && w.sweeps[k + 2] === w.sweeps[i + 2]) k += 3;
        const pass = PASSES[w.sweeps[i + 2]], left = X(w.sweeps[i]), right = X(k < w.sweeps.length ? w.sweeps[k] : w.steps);
        svg.append(s("rect", { x: round(left), y: top, width: round(Math.max(.5, right - left)), height: BAND - 6, style: "fill:var(--" + pass + ")" }, s("title", {}, pass)));
        if (right - left > 64) svg.append(words((left + right) / 2, top + 14, pass, "in middle"));
        i = k;
    }
}

function draw() {
    const w = program(), W = Math.max(300, picture.clientWidth || 900), t = timeScale(w);
    const top = state.same ? Math.max(...plans.map(topAddress)) : topAddress(plan());
    const X = step => LEFT + t(step) * (W - LEFT - RIGHT), Y = address => BAND + HEIGHT - address / top * HEIGHT;
    const svg = s("svg", { viewBox: "0 0 " + W + " " + (HEIGHT + BAND + 30), role: "group", "aria-label": "Scratch memory: " + w.buffers.length +
        " buffers by address (up) and time (right). Arrow keys go from one to the next, Enter holds it." }, hatches());
    drawBands(svg, w, X, 0);
    svg.append(s("rect", { class: "floor", x: LEFT, y: round(Y(w.arena)), width: W - LEFT - RIGHT, height: round(w.arena / top * HEIGHT) }));
    for (const at of ticks(0, top, 8, true))
        svg.append(s("path", { class: "tick", d: "M" + (LEFT - 5) + " " + round(Y(at)) + "h5" }), words(LEFT - 9, Y(at) + 4, at ? bytes(at) : "0", "soft end"));
    const drawn = [], names = [];
    byBuffer = new Map();
    for (const b of w.buffers.slice().sort((a, c) => a.first - c.first || a.offset - c.offset)) {
        const corners = outline(b, X, Y), v = tensor(b.tensor);
        const mark = s("path", { class: "buffer" + (b.alive ? " atpeak" : ""), role: "button", style: "fill:" + (b.ring ? "url(#ring-" + KINDS[b.kind][1] + ")" : "var(--" + KINDS[b.kind][1] + ")"),
            d: "M" + corners.map(c => round(c[0]) + " " + round(c[1])).join("L") + "z",
            "aria-label": v.name + ", " + what(b) + ", " + bytes(b.bytes) + ", steps " + b.first + " to " + (b.last - 1) });
        mark.buffer = b;
        byBuffer.set(b, mark);
        drawn.push(mark);
        for (const name of [v.name, v.name.slice(v.name.indexOf(".") + 1)]) {
            const room = name.length > 4 && roomFor(corners, name.length * 6.1 + 8);
            if (!room) continue;
            names.push(words(room.x, room.y, name, "in middle"));
            break;
        }
    }
    svg.append(...drawn, ...names);
    const peak = X(w.peak + .5), limit = scratchLimit();
    svg.append(s("path", { class: "peak", d: "M" + round(peak) + " " + (BAND - 2) + "V" + (HEIGHT + BAND) }));
    if (limit && limit <= top) svg.append(s("path", { class: "budget", d: "M" + LEFT + " " + round(Y(limit)) + "H" + (W - RIGHT) }), words(W - RIGHT - 6, Y(limit) + 15, "budget", "redtext end"));
    svg.append(words(Math.min(Math.max(peak, LEFT + 90), W - 100), HEIGHT + BAND + 18, "peak: step " + w.peak + ", " + w.layer, "middle"));
    walk(drawn, (mark, key) => beside(drawn, mark, key), m => showBuffer(m.buffer), m => holdBuffer(m && m.buffer), () => showBuffer(state.buffer));
    marks = drawn;
    picture.replaceChildren(svg);
    light();
    drawAlive(w, X, W);
}

// Bytes alive over time, by kind, one column a pixel and a half.
function drawAlive(w, X, W) {
    const H = 110, columns = Math.floor((W - LEFT - RIGHT) / 1.5), alive = KINDS.map(() => new Float64Array(columns + 1));
    const column = step => Math.max(0, Math.min(columns, Math.round((X(step) - LEFT) / 1.5)));
    for (const b of w.buffers) {
        const list = b.stretches && b.stretches.length ? b.stretches : [1, b.first, b.first, b.last, b.last], rows = b.stretches && b.stretches.length ? b.rows : 1;
        for (let i = 0; i < list.length; i += 5)
            for (let r = 0; r < list[i]; r++) {
                const part = list[i] > 1 ? r / (list[i] - 1) : 0;
                const from = column(list[i + 1] + (list[i + 2] - list[i + 1]) * part), to = Math.max(from + 1, column(list[i + 3] + (list[i + 4] - list[i + 3]) * part));
                alive[b.kind][from] += b.bytes / rows;
                alive[b.kind][Math.min(to, columns)] -= b.bytes / rows;
            }
    }
    const svg = s("svg", { viewBox: "0 0 " + W + " " + (H + 8), role: "img", "aria-label": "Bytes alive over time, " + bytes(w.bound) + " at most, at step " + w.peak });
    const scale = H / (w.bound * 1.08), base = new Float64Array(columns);
    svg.append(s("rect", { class: "floor", x: LEFT, y: 2, width: W - LEFT - RIGHT, height: H }));
    alive.forEach((change, kind) => {
        let sum = 0, high = "", low = "";
        for (let i = 0; i < columns; i++) {
            sum += change[i];
            const x = round(LEFT + i * 1.5), y = H + 2 - base[i] * scale;
            low = "L" + x + " " + round(y) + low;
            base[i] += sum;
            high += (i ? "L" : "M") + x + " " + round(Math.max(2, H + 2 - base[i] * scale));
        }
        svg.append(s("path", { d: high + low + "z", style: "fill:var(--" + KINDS[kind][1] + ")" }));
    });
    const y = H + 2 - w.bound * scale;
    svg.append(s("path", { class: "peak", d: "M" + round(X(w.peak + .5)) + " 2v" + H }), s("path", { class: "tick", d: "M" + LEFT + " " + round(y) + "H" + (W - RIGHT) }),
        words(LEFT - 9, y + 4, bytes(w.bound), "soft end"), words(LEFT - 9, H + 5, "0", "soft end"));
    below.replaceChildren(svg, h("figcaption", {}, "Bytes alive over time. No placement of these buffers can take less than the highest point, " + bytes(w.bound) + "; this one takes " + bytes(w.arena) + "."));
}

function showBuffer(b) {
    for (const mark of marks) mark.classList.toggle("shown", mark.buffer === b);
    if (!b) {
        detail.replaceChildren(h("h3", {}, "Buffers"), h("p", { class: "soft" }, "Each shape is a buffer: as high as its bytes, from where its rows are made (left) to where they die (right). " +
            "Point at one, or go through them with the arrow keys; Enter or a click holds it and lights all that its layer has. Dark outlines: alive at the peak."));
        return;
    }
    const v = tensor(b.tensor), w = program(), kept = plan().kept.filter(k => k[0] === b.tensor && state.program === "train");
    const rows = [["layer", layerName(v.layer) || "-"], ["is a", what(b)], ["shape", v.shape + ", " + v.type], ["bytes", b.bytes.toLocaleString("en") + " (" + bytes(b.bytes) + ")"],
        ["address", b.offset.toLocaleString("en") + " to " + (b.offset + b.bytes - 1).toLocaleString("en")],
        ["life", "steps " + b.first + " to " + (b.last - 1) + " of " + w.steps + ", " + passAt(w, b.first) + (passAt(w, b.first) === passAt(w, b.last - 1) ? "" : " to " + passAt(w, b.last - 1))],
        ["at the peak", b.alive ? bytes(b.alive) + " alive" : "not alive"]];
    if (kept.length) rows.push(["is kept", kept.map(why).join("; ")]);
    detail.replaceChildren(h("h3", {}, v.name), h("dl", {}, rows.map(r => [h("dt", {}, r[0]), h("dd", {}, r[1])])));
}

function holdBuffer(b) {
    state.buffer = b === state.buffer ? null : b;
    state.layer = state.buffer ? tensor(state.buffer.tensor).layer : -1;
    showBuffer(state.buffer);
    light();
}

function holdLayer(i) {
    state.layer = state.layer === i ? -1 : i;
    state.buffer = null;
    showBuffer(null);
    light();
    if (state.layer >= 0) say(layerName(i) + ": " + program().buffers.filter(b => tensor(b.tensor).layer === i).length + " buffers are lit in the picture");
}

function light() {
    const svg = picture.firstChild;
    if (svg) svg.classList.toggle("lights", state.layer >= 0);
    for (const mark of marks) mark.classList.toggle("lit", state.layer >= 0 && tensor(mark.buffer.tensor).layer === state.layer);
    if (state.buffer && byBuffer.has(state.buffer)) byBuffer.get(state.buffer).classList.add("shown");
    if (layerTable) layerTable.light(row => row.place === state.layer);
    for (const cell of document.querySelectorAll(".cell")) cell.classList.toggle("lit", cell.place === state.layer);
}

function radio(name, options, value, change) {
    return h("fieldset", { class: "tools" }, h("legend", {}, name), options.map(o => h("label", {}, h("input", { type: "radio", name: name, value: o[0], checked: o[0] === value,
        change: e => change(e.target.value) }), " " + o[1])));
}

function pictureSection() {
    const tools = h("div", { class: "tools" },
        plans[0].train && radio("program", [["train", "a training step"], ["predict", "a prediction, in the same scratch"]], "train", value => { state.program = value; state.buffer = null; refresh(); }),
        plans.length > 1 && h("label", {}, h("input", { type: "checkbox", change: e => { state.same = e.target.checked; draw(); } }), " one scale for all plans"));
    const legend = h("ul", { class: "legend" }, KINDS.map(k => h("li", {}, h("i", { style: "background:var(--" + k[1] + ")" }), k[0])),
        h("li", {}, h("i", { style: "background:repeating-linear-gradient(45deg,var(--map) 0 3px,var(--again) 3px 6px)" }), "hatched: a ring of a few rows"));
    section("Scratch memory", "memory", tools, legend, h("div", { class: "stage" }, h("div", {}, picture, below), detail), everyBuffer);
    new ResizeObserver(() => { if (picture.clientWidth !== drawnWidth) { drawnWidth = picture.clientWidth; draw(); } }).observe(picture);
}
let drawnWidth = 0;

const bufferColumns = [{ name: "buffer", value: b => tensor(b.tensor).name, code: true }, { name: "layer", value: b => layerName(tensor(b.tensor).layer), code: true },
    { name: "is a", value: what }, { name: "shape", whole: true, value: b => tensor(b.tensor).shape }, { name: "bytes", value: b => b.bytes, number: true, show: b => b.bytes.toLocaleString("en") },
    { name: "address", value: b => b.offset, number: true, show: b => b.offset.toLocaleString("en") }, { name: "first step", value: b => b.first, number: true },
    { name: "last step", value: b => b.last - 1, number: true }];

const everyBuffer = h("details", { toggle: () => fillBuffers() }, h("summary", {}, "All buffers as a table"), h("div", { class: "wide scroll" }));
const peakBox = h("div", { class: "wide" });
const peakColumns = [bufferColumns[0], bufferColumns[2], { name: "alive", value: b => b.alive, number: true, show: b => bytes(b.alive) },
    { name: "share", value: b => b.alive / program().bound, number: true, show: b => percent(b.alive / program().bound) }, bufferColumns[4], bufferColumns[6], bufferColumns[7]];

const hold = b => { holdBuffer(b); document.getElementById("memory").scrollIntoView({ block: "nearest" }); };

function fillBuffers() {
    if (everyBuffer.open) everyBuffer.lastChild.replaceChildren(table(program().buffers.length + " buffers", bufferColumns, program().buffers, hold));
}

function fillPeak() {
    const w = program(), list = w.buffers.filter(b => b.alive).sort((a, b) => b.alive - a.alive);
    peakBox.replaceChildren(table("At step " + w.peak + " of " + w.steps + ", in the " + passAt(w, w.peak) + " pass, " + w.layer + " runs: " + bytes(w.bound) + " are alive.", peakColumns, list, hold));
}

// ---- layers ----

const REASONS = {
    weights: k => "the gradient of the weights of " + layerName(k[3]) + " is a product with it",
    mask: k => "one bit an element: where " + layerName(k[3]) + " lets the gradient pass",
    gradient: k => "the gradient of " + layerName(k[3]) + " reads it",
    again: k => "from it " + layerName(k[3]) + " and what follows are made again",
};
const why = k => REASONS[k[2]](k);

const layerBox = h("div", { class: "wide scroll" });
let layerTable = null;

function layerRows() {
    const p = plan();
    return layers.map((l, i) => ({ ...l, place: i, recompute: p.rows[3 * i], scratch: p.rows[3 * i + 1], saved: p.rows[3 * i + 2],
        kept: p.kept.filter(k => tensor(k[0]).layer === i) }));
}

function fillLayers() {
    const rows = layerRows(), number = (name, key, show, explain) => rows.some(r => r[key]) && { name: name, value: r => r[key], number: true, show: r => r[key] ? show(r[key]) : "", title: explain };
    const columns = [{ name: "layer", value: r => r.place, show: r => r.name, code: true }, { name: "operator", value: r => r.operator },
        { name: "result", whole: true, value: r => r.shape ? r.shape[0] * r.shape[1] * r.shape[2] : 0, show: r => r.shape ? shape(...r.shape) : "" },
        number("forward", "forward", count, "MACs"), number("backward", "backward", count, "MACs"), number("again", "recompute", count, "MACs made a second time"),
        number("flash", "flash", bytes), number("learns", "trained", bytes, "bytes of values that learn"), number("optimiser", "state", bytes),
        number("scratch", "scratch", bytes, "its forward results at their most"), number("kept", "saved", bytes, "of that, kept for the backward pass"),
        rows.some(r => r.kept.length) && { name: "what is kept, and why", value: r => r.kept.length, long: true, show: r => r.kept.map(k => tensor(k[0]).name + " " + bytes(k[1]) + ": " + why(k)).join("; ") }].filter(c => c);
    layerTable = table("Layers in order; MACs of one sample. A click on a name lights its buffers in the picture.", columns, rows, r => holdLayer(r.place));
    layerBox.replaceChildren(layerTable);
}

// ---- flash ----

// Squarified treemap (Bruls, Huizing and van Wijk 2000): rows whose cells are as square as can be.
function treemap(items, x, y, wide, tall, put) {
    let sum = items.reduce((a, i) => a + i.size, 0), list = items.slice();
    while (list.length && sum > 0 && wide > .5 && tall > .5) {
        const side = Math.min(wide, tall), scale = wide * tall / sum;
        let row = [], rowSum = 0, worst = Infinity;
        while (list.length) {
            const next = rowSum + list[0].size, thick = next * scale / side;
            const ratio = Math.max(...row.concat(list[0]).map(i => { const long = i.size * scale / thick; return Math.max(long / thick, thick / long); }));
            if (ratio > worst) break;
            worst = ratio;
            rowSum = next;
            row.push(list.shift());
        }
        const thick = rowSum * scale / side;
        let at = 0;
        for (const i of row) {
            const long = i.size * scale / thick;
            if (wide >= tall) put(i, x, y + at, thick, long); else put(i, x + at, y, long, thick);
            at += long;
        }
        if (wide >= tall) { x += thick; wide -= thick; } else { y += thick; tall -= thick; }
        sum -= rowSum;
    }
}

const learning = l => !l.trained ? "map" : 2 * l.trained > l.flash ? "gradient" : "backward";

function flashSection() {
    const items = layers.map((l, i) => ({ size: l.flash, place: i, name: l.name })).filter(i => i.size > 0).sort((a, b) => b.size - a.size);
    if (!items.length) return;
    const all = items.reduce((a, i) => a + i.size, 0), W = 1000, H = 260;
    const svg = s("svg", { viewBox: "0 0 " + W + " " + H, role: "img", "aria-label": "Weights in flash by layer, the largest: " +
        items.slice(0, 5).map(i => i.name + " " + bytes(i.size)).join(", ") + ". The table of layers has all." });
    const says = h("figcaption", {}, "Orange: most of the layer's weights learn; pale: some do, as biases; blue: none.");
    treemap(items, 0, 0, W, H, (i, x, y, wide, tall) => {
        const label = i.name + ": " + bytes(i.size) + ", " + percent(i.size / all);
        const cell = s("rect", { class: "cell", x: round(x), y: round(y), width: round(wide), height: round(tall), style: "fill:var(--" + learning(layers[i.place]) + ")",
            click: () => holdLayer(i.place), pointerenter: () => { says.textContent = label; } }, s("title", {}, label));
        cell.place = i.place;
        svg.append(cell);
        const short = [i.name, i.name.replace(/^[a-z_]+\./, "")].find(n => n.length * 6.4 + 8 < wide);
        if (short && tall > 16) svg.append(words(x + 5, y + 14, short, "in"));
        if (short && tall > 32 && wide > 60) svg.append(words(x + 5, y + 28, bytes(i.size), "in"));
    });
    section("Flash", "flash", h("p", {}, bytes(facts.flash.weights) + " of weights and factory values, by layer; the code comes on top."), h("figure", {}, svg, says));
}

// ---- kernels ----

const kernelBox = h("div", { class: "wide scroll" });

function fillKernels() {
    const at = state.program === "train" && plan().train ? 4 : 1;
    const rows = plan().kernels.map(k => ({ name: facts.kernels[k[0]][0], users: facts.kernels[k[0]][2], calls: k[at], macs: k[at + 1], work: k[at + 2] })).filter(r => r.calls).sort((a, b) => b.work - a.work);
    const all = rows.reduce((a, r) => a + r.work, 0) || 1;
    const columns = [{ name: "kernel", value: r => r.name, code: true }, { name: "layers", value: r => r.users, long: true }, { name: "calls", value: r => r.calls, number: true },
        { name: "MACs", value: r => r.macs, number: true, show: r => r.macs ? count(r.macs) : "" }, { name: "instructions", value: r => r.work, number: true, show: r => count(r.work) },
        { name: "share", value: r => r.work, number: true, show: r => percent(r.work / all) },
        { name: "instructions a MAC", value: r => r.macs ? r.work / r.macs : 0, number: true, show: r => r.macs ? (r.work / r.macs).toFixed(2) : "" }];
    kernelBox.replaceChildren(table("Functions of the output in one " + (at === 4 ? "training step" : "prediction") + ": about " + count(all) + " instructions on a " + facts.priced + ", good to a fifth or so.", columns, rows));
}

// ---- all of it ----

function refresh() {
    head();
    choosePlan();
    draw();
    showBuffer(null);
    fillPeak();
    fillBuffers();
    fillLayers();
    fillKernels();
    light();
}

function choose(i) {
    state.plan = i;
    state.buffer = null;
    refresh();
}

plansSection();
pictureSection();
section("Who lives at the peak", "peak", peakBox);
section("Layers", "layers", layerBox);
flashSection();
section("Kernels", "kernels", kernelBox);
if (facts.notes.length) section("Notes", "notes", h("ul", {}, facts.notes.map(n => h("li", {}, n))));
refresh();
