// SPDX-License-Identifier: MIT
test(() => {
    check("the heading says how good it is: " + one("h1").textContent, /pictures [\d.]+ % right, spread/.test(one("h1").textContent));
    check("two curves, a point an epoch", all("path.curve").length === 2 && all("#curves circle").length === 6);
    const point = all("#curves circle")[1];
    enter(point);
    check("a point tells its number", one("#curves figcaption").textContent.includes("epoch 2"));
    check("the numbers are a table, too", all("#curves tbody tr").length === 3);
    check("what was taken for what", all("table.confusion tbody tr").length === 3 && all("table.confusion td[title]").length === 9);
    const pictures = all("#mistakes canvas"), pixels = pictures.length && [...pictures[0].getContext("2d").getImageData(0, 0, 12, 12).data];
    check("the worst samples are pictures: " + pictures.length, pictures.length > 0 && pictures[0].width === 12 && Math.max(...pixels.filter((x, i) => i % 4 < 3)) > 40);
    check("which have names", pictures.every(p => /\.ppm/.test(p.getAttribute("aria-label"))));
});
