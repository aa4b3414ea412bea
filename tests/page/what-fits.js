// SPDX-License-Identifier: MIT
test(() => {
    const dots = all("circle.dot"), rows = all("#rows tbody tr");
    check("a dot and a row a way: " + dots.length, dots.length > 2 && dots.length === rows.length);
    check("the best is shown with the line to paste", one("#paste pre").textContent.startsWith("update = {"));
    const was = one("#paste pre").textContent;
    click(one("button", rows[rows.length - 1]));
    check("a click on another shows its own", one("#paste pre").textContent !== was);
    enter(dots[0]);
    check("a dot that is pointed at tells of itself", dots[0].getAttribute("aria-label").startsWith(one("#detail h3").textContent));
});
