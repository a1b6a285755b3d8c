// The pages of the orders: sort the lines of a table, and give the files of a card.
"use strict";
(() => {
  const table = document.querySelector(".atlas-table");
  if (table) table.querySelectorAll("button").forEach((button, column) => button.addEventListener("click", () => {
    const lines = [...table.tBodies[0].rows], down = button.dataset.down === "1" ? -1 : 1;
    const value = (line) => line.cells[column].textContent.split(/[ .F]/).filter(Boolean).map(Number);
    const less = (a, b) => { const i = a.findIndex((x, k) => x !== b[k]); return i < 0 ? 0 : a[i] - b[i]; };
    lines.sort((a, b) => down * less(value(a), value(b)));
    button.dataset.down = down;
    table.tBodies[0].append(...lines);
  }));
  const save = (name, text, type) => {
    const a = Object.assign(document.createElement("a"), { download: name, href: URL.createObjectURL(new Blob([text], { type })) });
    a.click();
    URL.revokeObjectURL(a.href);
  };
  for (const card of document.querySelectorAll(".atlas-full")) {
    const picture = card.querySelector("svg"), entries = card.querySelectorAll("dt");
    const add = (label, name, type, text) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
      button.addEventListener("click", () => save(name, text(), type));
      card.append(button);
    };
    add("json", card.id + ".json", "application/json", () => JSON.stringify(Object.fromEntries([["id", card.id],
      ["row", card.querySelector(".atlas-row").textContent], ...[...entries].map((e) => [e.textContent, e.nextElementSibling.textContent])]), null, 1));
    add("tikz", card.id + ".tex", "text/plain", () => {
      const flip = (x, y) => `(${x},${(-y).toFixed(2)})`;
      const edges = picture.querySelector("path").getAttribute("d").match(/[-\d.]+ [-\d.]+/g) || [];
      const ends = edges.map((end) => flip(...end.split(" ")));
      const lines = ends.flatMap((end, i) => (i % 2 ? [`${ends[i - 1]}--${end}`] : [])).join(" ");
      const dots = [...picture.querySelectorAll("circle")].map((c) => `${flip(c.getAttribute("cx"), c.getAttribute("cy"))} circle (2pt)`);
      return `\\begin{tikzpicture}\n${lines && `\\draw ${lines};\n`}\\fill ${dots.join(" ")};\n\\end{tikzpicture}\n`;
    });
    add("svg", card.id + ".svg", "image/svg+xml", () => picture.outerHTML.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"')
      .replace("<path", '<path stroke="#555" stroke-width=".09"').replaceAll("<circle", '<circle fill="#0b6e62"'));
  }
})();
