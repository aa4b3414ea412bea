// SPDX-License-Identifier: MIT
test(() => {
    const dots = all("circle.dot"), rows = () => all("#plans tbody tr");
    check("a dot for each plan that was measured, and none for others", dots.length === 4 && rows().length === 4);
    check("spreads are drawn, of more than one run", all("path.spread").length === 3);
    check("the front is a line, the taken plan is marked", one("path.front").getAttribute("d").length > 10 && all(".dot.taken").length === 1);
    check("the page opens with what was taken", one("#paste").textContent.includes("blocks.4.*.bias") && one("#detail").textContent.includes("taken"));
    enter(dots[0]);
    check("a dot that is pointed at tells of itself", one("#detail h3").textContent === "the last layer");
    leave(dots[0]);
    click(dots[1]);
    check("a click shows what to paste", one("#paste pre").textContent.includes('include "signs.lua"') && one("#paste pre").textContent.includes("blocks.7.*.bias"));
    check("and lights the row", all("#plans tr.lit").length === 1);
    dots[1].focus();
    key(dots[1], "ArrowRight");
    check("arrow keys go on", document.activeElement === dots[2]);
    check("controls on the test data are there", all("#test tbody tr").length === 3);
});
