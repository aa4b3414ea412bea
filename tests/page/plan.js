// SPDX-License-Identifier: MIT
test(() => {
    const ram = () => one("h1").textContent, buffers = () => all("path.buffer"), first = ram(), slider = one("#plan");
    check("the heading says what it takes: " + first, /mcunet_5fps.*learns in [\d.]+ KiB of RAM/.test(first));
    check("the budget and what stays free of it are said", one(".cards").textContent.includes("of the budget stay free"));
    check("a buffer has a shape each", buffers().length > 100);

    const before = buffers().map(b => b.getAttribute("d")).join();
    slide(slider, slider.max);
    check("the slider's other end is another plan: " + ram(), ram() !== first);
    check("the picture follows", buffers().map(b => b.getAttribute("d")).join() !== before);
    check("what the slider says is read out", slider.getAttribute("aria-valuetext").includes("of RAM"));
    const largest = parseFloat(ram().match(/in ([\d.]+)/)[1]);
    slide(slider, 0);
    check("its beginning is the smallest", parseFloat(ram().match(/in ([\d.]+)/)[1]) < largest);
    check("dots choose plans, too", (click(all("circle.dot")[1]), slider.value === "1"));

    const detail = one("#detail"), some = buffers().find(b => b.getBBox().width > 20 && b.getBBox().height > 8);
    enter(some);
    check("a buffer that is pointed at tells of itself: " + one("h3", detail).textContent, detail.textContent.includes("layer") && detail.textContent.includes("steps"));
    check("its name is the label's", some.getAttribute("aria-label").startsWith(one("h3", detail).textContent));
    leave(some);
    check("and no longer when it is left", one("h3", detail).textContent === "Buffers");
    buffers()[0].focus();
    key(document.activeElement, "ArrowRight");
    check("arrow keys go to the next", document.activeElement === buffers()[1]);
    key(document.activeElement, "Enter");
    check("Enter holds it and lights its layer", one("#picture svg").classList.contains("lights") && buffers()[1].classList.contains("lit"));
    key(document.activeElement, "Escape");
    check("Escape lets it go", !one("#picture svg").classList.contains("lights"));

    const layer = all("#layers td button").find(b => b.textContent === "blocks.3.pointwise1");
    click(layer);
    const lit = buffers().filter(b => b.classList.contains("lit"));
    check("a click on a layer lights its buffers: " + lit.length, lit.length > 0 && lit.every(b => {
        enter(b);
        return one("dd", detail).textContent === "blocks.3.pointwise1";
    }));
    check("and its button is pressed", all("#layers td button").filter(b => b.getAttribute("aria-pressed") === "true").length === 1);
    check("why is said", one("#layers").textContent.includes("lets the gradient pass"));
    const head = all("#layers th button").find(b => b.textContent === "flash"), cell = () => one("#layers tbody tr").textContent;
    const was = cell();
    click(head);
    check("tables are sorted by a click on a heading", cell() !== was && head.parentNode.getAttribute("aria-sort") === "descending");

    const steps = one("#peak caption").textContent, train = buffers().length;
    check("the peak says who lives there: " + steps, /At step \d+ of \d+, in the \w+ pass, \S+ runs/.test(steps) && all("#peak tbody tr").length > 3);
    click(one("input[value=predict]"));
    check("predict has a picture of its own", buffers().length < train && one("#peak caption").textContent !== steps);
    check("weights are a map", all("#flash rect").length > 20);
    check("kernels have MACs and instructions", one("#kernels caption").textContent.includes("instructions on a cortex-m4") && all("#kernels tbody tr").length > 20);
});
