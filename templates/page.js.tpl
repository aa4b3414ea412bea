% -- SPDX-License-Identifier: 0BSD
% -- What all pages have: elements, figures as people read them, tables to sort, dots to choose from.
const facts = JSON.parse(document.getElementById("facts").textContent);
const main = document.getElementById("main");
const SVG = "http://www.w3.org/2000/svg";

// ---- elements ----

function fill(element, attributes, children) {
    for (const name in attributes || {}) {
        const value = attributes[name];
        if (value === null || value === undefined || value === false) continue;
        if (typeof value === "function") element.addEventListener(name, value);
        else element.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children.flat(Infinity))
        if (child !== null && child !== undefined && child !== false) element.append(child);
    return element;
}

const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);
const words = (x, y, text, style) => s("text", { x: round(x), y: round(y), class: style }, text);
const say = text => { document.getElementById("say").textContent = text; };
const round = x => Math.round(x * 10) / 10;

function section(title, id, ...children) {
    const made = h("section", { id: id, "aria-labelledby": id + "-title" }, h("h2", { id: id + "-title" }, title), ...children);
    main.append(made);
    return made;
}

function title(name, rest, lead) {
    const heading = document.getElementById("title");
    heading.replaceChildren(name, " ", h("small", {}, rest));
    document.getElementById("lead").textContent = lead;
}

const card = (what, figure, note, over) =>
    h("div", { class: over ? "card over" : "card" }, h("span", {}, what), h("b", {}, figure), h("span", { class: over && "over" }, note || ""));

// ---- figures ----

const BETWEEN = " \u00b7 ";
const TIMES = " \u00d7 ";

function bytes(n) {
    const trim = (x, unit) => (x >= 100 ? Math.round(x) : Math.round(x * 10) / 10).toLocaleString("en") + " " + unit;
    if (n < 1024) return n + " B";
    return n < 1048576 ? trim(n / 1024, "KiB") : trim(n / 1048576, "MiB");
}

function count(n) {
    if (n < 10000) return String(n);
    if (n < 1e6) return Math.round(n / 1e3) + " k";
    return (n / 1e6).toFixed(n < 1e7 ? 2 : 1) + " M";
}

const percent = (x, digits) => (100 * x).toFixed(digits === undefined ? 1 : digits) + " %";
const shape = (height, width, channels) => [height, width, channels].join(TIMES);

// Ticks at 1, 2 or 5 times a power of ten; of bytes at powers of two.
function ticks(low, high, most, binary) {
    let step = binary ? 16 : Math.pow(10, Math.floor(Math.log10((high - low) / most || 1)));
    const factors = binary ? [2] : [2, 2.5, 2];
    for (let i = 0; (high - low) / step > most; i++) step *= factors[i % factors.length];
    const list = [];
    for (let at = Math.ceil(low / step - 1e-9) * step; at <= high + step * 1e-9; at += step) list.push(at);
    return list;
}

function copyable(text) {
    const block = h("pre", {}, text);
    const done = ok => { button.textContent = ok ? "copied" : "select it by hand"; };
    const button = h("button", { class: "copy", type: "button", click: () => {
        const range = document.createRange();
        range.selectNodeContents(block);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => done(true), () => done(document.execCommand("copy")));
        else done(document.execCommand("copy"));
    } }, "copy");
    return h("div", {}, block, button);
}

// ---- tables ----

// columns: { name, value(row) to sort by, show(row), number, long, code, title }. A click on the first column calls pick(row).
function table(caption, columns, rows, pick) {
    const body = h("tbody");
    const heads = columns.map(c => h("th", { scope: "col", class: c.number ? "n" : null, title: c.title },
        h("button", { type: "button", click: () => sort(c) }, c.name)));
    const made = rows.map(row => {
        const line = h("tr", {}, columns.map((c, i) => {
            const shown = c.show ? c.show(row) : String(c.value(row));
            const inside = i === 0 && pick ? h("button", { type: "button", "aria-pressed": "false", class: c.code && "code", click: () => pick(row) }, shown) : shown;
            return i === 0 ? h("td", { class: c.code ? "code" : null }, inside)
                : h("td", { class: c.number ? "n" : c.long ? "long" : c.code ? "code" : c.whole ? "whole" : null }, inside);
        }));
        line.row = row;
        return line;
    });
    body.append(...made);
    function sort(column) {
        const head = heads[columns.indexOf(column)];
        const down = head.getAttribute("aria-sort") ? head.getAttribute("aria-sort") === "ascending" : column.number;
        heads.forEach(x => x.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        made.map((line, i) => [column.value(line.row), i, line])
            .sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0) * (down ? -1 : 1) || a[1] - b[1])
            .forEach(x => body.append(x[2]));
        say("sorted by " + column.name + (down ? ", the largest first" : ""));
    }
    const whole = h("table", {}, h("caption", {}, caption), h("thead", {}, h("tr", {}, heads)), body);
    whole.light = test => made.forEach(line => {
        const on = test(line.row);
        line.classList.toggle("lit", on);
        const button = line.querySelector("td button");
        if (button) button.setAttribute("aria-pressed", on);
    });
    return whole;
}

// ---- walking through marks of a picture by keys ----

// One of the marks is in the order of the Tab key; arrows go on from it: next(mark, key) says to which.
function walk(marks, next, show, pick, leave) {
    let at = null;
    const stop = mark => {
        if (at) at.setAttribute("tabindex", -1);
        at = mark;
        mark.setAttribute("tabindex", 0);
    };
    for (const mark of marks) {
        mark.setAttribute("tabindex", -1);
        mark.addEventListener("pointerenter", () => show(mark));
        mark.addEventListener("pointerleave", leave);
        mark.addEventListener("focus", () => { stop(mark); show(mark); });
        mark.addEventListener("blur", leave);
        mark.addEventListener("click", () => pick(mark));
        mark.addEventListener("keydown", e => {
            if (e.key === "Enter" || e.key === " ") pick(mark);
            else if (e.key === "Escape") pick(null);
            else {
                const to = e.key === "Home" ? marks[0] : e.key === "End" ? marks[marks.length - 1] : next(mark, e.key);
                if (!to) return;
                to.focus();
            }
            e.preventDefault();
        });
    }
    if (marks.length) stop(marks[0]);
}

const beside = (marks, mark, key) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
    return by && marks[marks.indexOf(mark) + by];
};

// ---- dots: what there is to choose from ----

// points: { x, y, spread, best, taken, label }; axes: { x, y, xtext, ytext }: titles, and what a tick says.
function dots(points, axes, size, show, pick, leave) {
    const W = size.width, H = size.height, L = 58, R = 14, T = 12, B = 44;
    const xs = points.map(p => p.x), low = points.map(p => p.y - (p.spread || 0)), high = points.map(p => p.y + (p.spread || 0));
    let x0 = Math.min(...xs), x1 = Math.max(...xs), y0 = Math.min(...low), y1 = Math.max(...high);
    const wide = x1 - x0 || x1 || 1, tall = y1 - y0 || Math.abs(y1) || 1;
    x0 = Math.max(0, x0 - wide * .06); x1 += wide * .06; y0 -= tall * .08; y1 += tall * .08;
    if (axes.floor !== undefined) y0 = Math.max(y0, axes.floor - tall * .08);
    const X = x => L + (x - x0) / (x1 - x0) * (W - L - R), Y = y => H - B - (y - y0) / (y1 - y0) * (H - T - B);
    const made = s("svg", { viewBox: "0 0 " + W + " " + H, role: "group", "aria-label": axes.name });
    made.append(s("rect", { class: "floor", x: L, y: T, width: W - L - R, height: H - T - B }));
    for (const x of ticks(x0, x1, Math.max(3, Math.floor((W - L - R) / 70)), true))
        made.append(s("path", { class: "tick", d: "M" + round(X(x)) + " " + (H - B) + "v5" }), words(X(x), H - B + 18, axes.xtext(x), "soft middle"));
    for (const y of ticks(y0, y1, Math.max(2, Math.floor((H - T - B) / 34))))
        made.append(s("path", { class: "rule", d: "M" + L + " " + round(Y(y)) + "H" + (W - R) }), words(L - 7, Y(y) + 4, axes.ytext(y), "soft end"));
    made.append(words((L + W - R) / 2, H - 8, axes.x, "soft middle"), words(L, 8, axes.y, "soft"));
    const line = points.filter(p => p.best).sort((a, b) => a.x - b.x);
    made.append(s("path", { class: "front", d: line.map((p, i) => i ? "H" + round(X(p.x)) + "V" + round(Y(p.y)) : "M" + round(X(p.x)) + " " + round(Y(p.y))).join("") }));
    for (const p of points)
        if (p.spread) made.append(s("path", { class: "spread", d: "M" + round(X(p.x)) + " " + round(Y(p.y - p.spread)) + "V" + round(Y(p.y + p.spread)) }));
    const marks = points.slice().sort((a, b) => a.x - b.x || a.y - b.y).map(p => {
        const mark = s("circle", { class: "dot" + (p.best ? " best" : "") + (p.taken ? " taken" : ""), cx: round(X(p.x)), cy: round(Y(p.y)), r: p.taken ? 6.5 : 5, role: "button", "aria-label": p.label }, s("title", {}, p.label));
        mark.point = p;
        return mark;
    });
    made.append(...marks);
    walk(marks, (mark, key) => beside(marks, mark, key), m => show && show(m.point), m => m && pick && pick(m.point), () => leave && leave());
    made.mark = point => marks.forEach(m => {
        m.classList.toggle("shown", m.point === point);
        m.setAttribute("aria-pressed", m.point === point);
    });
    return made;
}
