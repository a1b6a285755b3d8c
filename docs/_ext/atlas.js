// Which tree is this?  Searches the free trees of data.js (n <= 14), from disk, offline.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id), int = (s) => parseInt(s, 36);
  const box = $("atlas-query"), out = $("atlas-cards"), say = $("atlas-status");
  const MOST = 60, CYCLE = "These edges do not form a tree.", SMALL = "The atlas ends at 14 vertices.";
  const orders = [], all = [], shapes = new Map();

  // A line of the data: c_2, ... of half a row, levels, sigma, in base 36.
  for (const [n, text] of Object.entries(ATLAS))
    orders[n] = text.split("\n").map((line, k) => {
      const [half, levels, sigma] = line.split("|"), row = [1, ...half.split(" ").filter(Boolean).map(int)];
      if (n > 2) row.push(...row.slice(0, n - 1 - row.length).reverse());
      const tree = { id: `F${n}.${k + 1}`, n: +n, row, levels: [...levels].map(int), sigma: int(sigma) };
      tree.key = ` ${row.join(" ")} `;
      all.push(tree);
      return tree;
    });

  // Trees
  const parents = (levels) => {
    const last = [];
    return levels.map((l, v) => { last[l] = v; return l ? last[l - 1] : -1; });
  };
  const pairs = (levels) => parents(levels).map((p, v) => [p, v]).slice(1);
  const around = (n, edges) => {
    const next = Array.from({ length: n }, () => []);
    for (const [a, b] of edges) next[a].push(b), next[b].push(a);
    return next;
  };
  const hang = (next, v, from) =>
    "(" + next[v].filter((w) => w !== from).map((w) => hang(next, w, v)).sort().join("") + ")";
  const depths = (next, v, from, d, list) => {
    list[v] = d;
    for (const w of next[v]) if (w !== from) depths(next, w, v, d + 1, list);
    return list;
  };
  const nexts = (t) => around(t.n, pairs(t.levels));
  function find(n, edges) {
    if (n > 14) return SMALL;
    const next = around(n, edges);
    if (edges.length !== n - 1) return CYCLE;
    for (const t of shapes.size ? [] : all) shapes.set(hang(nexts(t), 0), t);
    try {
      for (const v of next.keys()) {
        const t = shapes.get(hang(next, v));
        if (t && t.n === n) return [t];
      }
    } catch { /* a cycle: too much recursion */ }
    return CYCLE;
  }
  const byLevels = (l) =>
    l[0] === 0 && l.every((x, i) => !i || (x > 0 && x <= l[i - 1] + 1)) ? find(l.length, pairs(l))
      : "Levels start at 0, stay above it and rise by at most 1.";
  function byEdges(text) {
    const list = [...text.matchAll(/(\w+)\s*-+\s*(\w+)/g)].map((m) => [m[1], m[2]]);
    const names = [...new Set(list.flat())];
    return find(names.length, list.map((p) => p.map((x) => names.indexOf(x))));
  }
  function byBits(text) {
    const code = [...text].map((c) => c.charCodeAt(0) - 63), n = code[0], edges = [];
    for (let b = 1, k = 0; b < n; b++)
      for (let a = 0; a < b; a++, k++)
        if ((code[1 + ((k / 6) | 0)] >> (5 - (k % 6))) & 1) edges.push([a, b]);
    return find(n, edges);
  }
  function byNest(text) {
    const levels = [];
    let level = -1;
    for (const c of text) if (c === "[") levels.push(++level); else if (c === "]") level--;
    return level === -1 ? byLevels(levels) : "These brackets do not match.";
  }
  function byLegs(kind, sizes) {
    const legs = kind === "spider" ? sizes : kind === "path" ? [sizes[0] - 1] : Array(sizes[0] - 1).fill(1);
    const levels = [0];
    for (const leg of legs) for (let i = 1; i <= leg; i++) levels.push(i);
    return byLevels(levels);
  }

  // Rows
  function byRow(row) {
    const text = ` ${row.join(" ")} `, hits = all.filter((t) => t.key.includes(text));
    const exact = hits.filter((t) => t.key === text);
    if (exact.length) return exact;
    hits.sort((a, b) => b.key.startsWith(text) - a.key.startsWith(text));
    return hits.length ? hits : nothing(row);
  }
  function nothing(row) {
    const order = orders[row.length + 1], low = (x) => Math.log(1 + Math.abs(x || 0));
    const gap = (t) => row.reduce((s, c, i) => s + Math.abs(low(c) - low(t.row[i])), 0);
    const beyond = (t, sign) => row.some((c, i) => sign * c > sign * t.row[i]);
    const why =
      row.some((c) => !(c > 0)) ? "The coefficients of a row are positive."
      : row[0] !== 1 || row.at(-1) !== 1 || !order ? "No row with at most 14 vertices contains these numbers."
      : row.some((c, i) => c !== row.at(-1 - i)) ? "This is no row, since rows are palindromes."
      : beyond(order.at(-1), 1) ? "This is greater than the star's row, the largest one."
      : beyond(order[0], -1) ? "This is smaller than the path's row, the smallest one."
      : `No tree with ${row.length + 1} vertices has this row.`;
    return { why, near: [...(order || all)].sort((a, b) => gap(a) - gap(b)).slice(0, 3) };
  }
  function byTerms(text) {
    const plain = text.replace(/\\?beta|β/gi, "x").replace(/\\cdot|[{}*\s\\]/g, ""), row = [];
    if (!/^([+-]?(\d+(x(\^\d+)?)?|x(\^\d+)?))+$/.test(plain) || /\^\d{3}/.test(plain))
      return "Write the polynomial as beta + 4*beta^2 + beta^3.";
    for (const [, sign, c, x, power] of plain.matchAll(/([+-]?)(\d*)(x?)(?:\^(\d+))?/g))
      if (c || x) {
        const i = x ? +(power || 1) : 0;
        row[i] = (row[i] || 0) + (sign + (c || 1)) * 1;
      }
    if (row[0] && row.length > 1) return "P_t has no constant term when the tree has edges.";
    const full = Array.from(row, (c) => c || 0).slice(row.length > 1);
    return all.some((t) => t.key === ` ${full.join(" ")} `) ? byRow(full) : nothing(full);
  }

  // Queries
  const size = {
    n: (t) => t.n, sigma: (t) => t.sigma, "p(1)": (t) => t.row.reduce((a, b) => a + b),
    leaves: (t) => nexts(t).filter((x) => x.length === 1).length,
    diameter: (t) => {
      const next = nexts(t), d = depths(next, 0, -1, 0, []);
      return Math.max(...depths(next, d.indexOf(Math.max(...d)), -1, 0, []));
    },
  };
  const compare = (a, s, b) => (s[0] === "<" && a < b) || (s[0] === ">" && a > b) || (s.endsWith("=") && a === b);
  const star = (t) => size.diameter(t) <= 2, path = (t) => size.diameter(t) === t.n - 1;
  const called = { star, path, eulerian: star, narayana: path };
  function answer(query) {
    const tests = [];
    const rest = query
      .replace(/(n|sigma|P\(1\)|diameter|leaves)\s*([<>]=?|=)\s*(\d+)/gi, (_, what, sign, x) => {
        tests.push((t) => compare(size[what.toLowerCase()](t), sign, +x));
        return " ";
      })
      .replace(/name:(\w+)/gi, (_, name) => (tests.push(called[name.toLowerCase()] || (() => 0)), " "))
      .trim();
    const found = rest ? read(rest) : all;
    return Array.isArray(found) ? found.filter((t) => tests.every((test) => test(t))) : found;
  }
  function read(text) {
    let m = /^F?\s*(\d+)\.(\d+)$/i.exec(text);
    if (m) {
      const order = orders[+m[1]];
      return !order ? SMALL : order[m[2] - 1] ? [order[m[2] - 1]] : `There are ${order.length} trees with ${m[1]} vertices.`;
    }
    m = /^(star|path|spider)\s*:\s*([\d,\s]+)$/i.exec(text);
    if (m) {
      const sizes = m[2].split(/[\s,]+/).filter(Boolean).map(Number);
      return sizes.every((x) => x > 0 && x < 15) ? byLegs(m[1].toLowerCase(), sizes) : SMALL;
    }
    if (/^[\s,[\]]+$/.test(text)) return byNest(text);
    if (/^[()\s]+$/.test(text)) return "Words in ( and ) are read by vertices or by edges: write [ and ].";
    const list = text.replace(/[[\](),;]/g, " ").trim().split(/\s+/);
    if (list.every((x) => /^-?\d+$/.test(x))) return +list[0] ? byRow(list.map(Number)) : byLevels(list.map(Number));
    if (/\w\s*-+\s*\w/.test(text) && !/[+^*]/.test(text)) return byEdges(text);
    const n = text.charCodeAt(0) - 63;
    if (/^[A-M][?-~]+$/.test(text) && text.length === 1 + Math.ceil((n * (n - 1)) / 12)) return byBits(text);
    if (/beta|β|x|\^/i.test(text)) return byTerms(text);
    return "Type a row, an id (F6.3), levels, edges (1-2 2-3), graph6 or a polynomial.";
  }

  // Cards
  function draw(t) {
    const p = parents(t.levels), leaves = Array(t.n).fill(0), at = [[0, 0]], from = [0], turn = [2 * Math.PI];
    for (let v = t.n; --v; ) leaves[p[v]] += leaves[v] = leaves[v] || 1;
    for (let v = 1; v < t.n; v++) {
      const u = p[v], width = (turn[u] * leaves[v]) / leaves[u], angle = from[u] + width / 2;
      from[u] += width; turn[u] -= width; leaves[u] -= leaves[v];
      turn[v] = Math.min(width, 2.6); from[v] = angle - turn[v] / 2;
      at[v] = [at[u][0] + Math.cos(angle), at[u][1] + Math.sin(angle)];
    }
    const f = (c) => c.toFixed(2), side = (i) => at.map((q) => q[i]);
    const low = [0, 1].map((i) => Math.min(...side(i)) - 0.4), wide = [0, 1].map((i) => Math.max(...side(i)) - low[i] + 0.4);
    const d = at.map((q, v) => (v ? `M${q.map(f)}L${at[p[v]].map(f)}` : "")).join("");
    return `<svg viewBox="${[...low, ...wide].map(f)}" role="img" aria-label="${t.id}"><path d="${d}"/>` +
      at.map((q) => `<circle cx="${f(q[0])}" cy="${f(q[1])}" r=".17"/>`).join("") + "</svg>";
  }
  const card = (t) =>
    `<a class="atlas-card" href="${String(t.n).padStart(2, 0)}.html#${t.id}">${draw(t)}<b>${t.id}</b><span class="atlas-row">` +
    `${t.row.join(" ")}</span><small>n ${t.n} · sigma ${t.sigma} · P(1) ${size["p(1)"](t)} · levels ${t.levels.join(" ")}</small></a>`;
  let timer;
  function show() {
    const query = box.value.trim(), found = query ? answer(query) : "", hits = found.length ?? 0;
    clearTimeout(timer); // browsers allow few changes of the address a second
    timer = setTimeout(() => history.replaceState(null, "", "?q=" + encodeURIComponent(query)), 250);
    const text = typeof found === "string", cards = text ? [] : found.near || found.slice(0, MOST);
    say.textContent = text ? found : found.near ? found.why + " The nearest rows:" : !hits ? "No tree passes these filters."
      : hits === 1 ? "This is it." : `${hits} trees${hits > MOST ? `, the first ${MOST} of them` : ""}:`;
    out.innerHTML = cards.map(card).join("");
  }
  box.addEventListener("input", show);
  document.addEventListener("keydown", (event) => {
    const cards = [...out.children], i = cards.indexOf(document.activeElement), down = event.key === "ArrowDown";
    if (event.target === box && event.key === "Enter" && cards[0]) cards[0].click();
    if ((!down && event.key !== "ArrowUp") || (i < 0 && event.target !== box)) return;
    event.preventDefault();
    (cards[i + (down ? 1 : -1)] || box).focus();
  });
  box.value = new URLSearchParams(location.search).get("q") || "";
  show();
})();
