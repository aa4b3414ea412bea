// SPDX-License-Identifier: MIT
// What the tests of pages have in common: to look, to do as a person does, to say what was seen.
const seen = [], all = (what, from) => [...(from || document).querySelectorAll(what)], one = (what, from) => (from || document).querySelector(what);
let wrong = 0;

function check(what, holds) {
    wrong += !holds;
    seen.push((holds ? "ok   " : "FAIL ") + what);
}

const enter = element => element.dispatchEvent(new PointerEvent("pointerenter"));
const leave = element => element.dispatchEvent(new PointerEvent("pointerleave"));
const key = (element, name) => element.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
const click = element => element.dispatchEvent(new MouseEvent("click", { bubbles: true }));

function slide(input, value) {
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
}

function finish() {
    check("no mistake of the page's own program: " + mistakes.join("; "), mistakes.length === 0);
    check("nothing is wider than the window", document.documentElement.scrollWidth <= innerWidth);
    check("every picture, field and table has a name", all("svg[role]").every(x => x.getAttribute("aria-label")) &&
        all("input").every(x => x.labels.length) && all("table").every(x => x.caption && x.caption.textContent));
    document.body.textContent = "\n" + seen.concat(seen.length - wrong + " right, " + wrong + " wrong").map(x => "@@ " + x).join("\n") + "\n";
}

const test = run => addEventListener("load", () => setTimeout(() => {
    try { run(); } catch (e) { check(String(e), false); }
    finish();
}, 300));
