// Which tree is this?  Searches all free trees of the data script (n <= 14), from disk, offline.
"use strict";
(() => {
  const box = document.getElementById("atlas-query");
  if (!box) return;
  const out = document.getElementById("atlas-cards"), say = document.getElementById("atlas-status");
  const MOST = 60, orders = [], byLevels = new Map(), all = [];

  // A line of the data: c_2 ... of the first half of the row, levels, sigma, all in base 36.
  const n36 = (s) => parseInt(s, 36);
  for (const [n, text] of Object.entries(ATLAS.orders)) {
    orders[n] = text.split("\n").map((line, k) => {
      const [half, levels, sigma] = line.split("|"), j = n - 1;
      const first = j ? [1, ...half.split(" ").filter(Boolean).map(n36)] : [1];
      const row = j > 1 ? [...first, ...first.slice(0, j - first.length).reverse()] : [1];
      const tree = { id: `F${n}.${k + 1}`, n: +n, row, levels: [...levels].map(n36), sigma: n36(sigma) };
      tree.key = " " + row.join(" ") + " ";
      byLevels.set(levels, tree);
      all.push(tree);
      return tree;
    });
  }

  // Trees
  const parents = (levels) => {
    const last = [];
    return levels.map((l, v) => { last[l] = v; return l ? last[l - 1] : -1; });
  };
  const neighbours = (n, edges) => {
    const next = Array.from({ length: n }, () => []);
    for (const [a, b] of edges) { next[a].push(b); next[b].push(a); }
    return next;
  };
  const far = (next, from) => { // distances from a vertex
    const d = Array(next.length).fill(-1), queue = [from];
    d[from] = 0;
    for (const v of queue) for (const w of next[v]) if (d[w] < 0) { d[w] = d[v] + 1; queue.push(w); }
    return [d, queue];
  };
  const hang = (next, v, from, level) => { // canonical levels, largest branch first
    const branches = next[v].filter((w) => w !== from).map((w) => hang(next, w, v, level + 1));
    return level.toString(36) + branches.sort((a, b) => (a < b) - (a > b)).join("");
  };
  function find(n, edges) {
    const next = neighbours(n, edges);
    if (edges.length !== n - 1 || far(next, 0)[1].length !== n) return "These edges do not form a tree.";
    if (n > 14) return "The atlas holds the trees with at most 14 vertices.";
    for (let v = 0; v < n; v++) { const tree = byLevels.get(hang(next, v, -1, 0)); if (tree) return [tree]; }
    return "This tree was not found, which cannot be: please report it.";
  }
  const fromLevels = (levels) => {
    const fits = levels[0] === 0 && levels.every((l, i) => !i || (l > 0 && l <= levels[i - 1] + 1));
    if (!fits) return "Levels start at 0, stay positive after it and rise by at most 1.";
    return find(levels.length, parents(levels).map((p, v) => [p, v]).slice(1));
  };
  function fromEdges(text) {
    const pairs = [...text.matchAll(/(\w+)\s*-+\s*(\w+)/g)].map((m) => [m[1], m[2]]);
    const names = [...new Set(pairs.flat())];
    return find(names.length, pairs.map((p) => p.map((x) => names.indexOf(x))));
  }
  function fromGraph6(text) {
    const n = text.charCodeAt(0) - 63, edges = [], bits = [];
    for (const c of text.slice(1)) for (let i = 5; i >= 0; i--) bits.push(((c.charCodeAt(0) - 63) >> i) & 1);
    for (let b = 1, k = 0; b < n; b++) for (let a = 0; a < b; a++) if (bits[k++]) edges.push([a, b]);
    return find(n, edges);
  }
  function fromBrackets(text) {
    const levels = [];
    let level = -1;
    for (const c of text) { if (c === "[") levels.push(++level); else if (c === "]") level--; }
    return level === -1 ? fromLevels(levels) : "These brackets do not match.";
  }
  function fromShape(kind, sizes) {
    const edges = [], legs = { star: (n) => Array(n - 1).fill(1), path: (n) => [n - 1], spider: (...s) => s };
    let count = 1;
    for (const leg of legs[kind](...sizes))
      for (let i = 0, at = 0; i < leg; i++) { edges.push([at, count]); at = count++; }
    return find(count, edges);
  }

  // Rows
  const palindrome = (row) => row.every((c, i) => c === row[row.length - 1 - i]);
  function fromNumbers(row) {
    const text = " " + row.join(" ") + " ", exact = all.filter((t) => t.key === text);
    if (exact.length) return exact;
    const hits = all.filter((t) => t.key.includes(text));
    hits.sort((a, b) => b.key.startsWith(text) - a.key.startsWith(text));
    return hits.length ? hits : reason(row);
  }
  function reason(row) {
    const n = row.length + 1, order = orders[n], whole = row.length > 1 && row[0] === 1 && row[row.length - 1] === 1;
    const some = order || all, low = (x) => Math.log(1 + Math.abs(x));
    const gap = (t) => row.reduce((s, c, i) => s + Math.abs(low(c) - low(t.row[i] || 0)), 0);
    const near = [...some].sort((a, b) => gap(a) - gap(b)).slice(0, 3);
    let why = "No row with at most 14 vertices contains these numbers.";
    if (row.some((c) => c < 1)) why = "The coefficients of a row are positive.";
    else if (whole && !palindrome(row)) why = "This is no row: rows are palindromes.";
    else if (whole && order && row.some((c, i) => c > order[order.length - 1].row[i])) why = "This row is greater than the star's, the largest one.";
    else if (whole && order && row.some((c, i) => c < order[0].row[i])) why = "This row is smaller than the path's, the smallest one.";
    else if (whole && order) why = `No tree with ${n} vertices has this row.`;
    return Object.assign([], { why, near });
  }
  function fromPolynomial(text) {
    const plain = text.replace(/\\?beta|β/gi, "x").replace(/[{}*\s\\]|cdot/g, "").replace(/−/g, "-");
    const row = [];
    const term = /([+-]?)(\d*)(x?)(?:\^(\d+))?/y;
    while (term.lastIndex < plain.length) {
      const m = term.exec(plain);
      if (!m || !m[0] || (!m[2] && !m[3])) return "This polynomial was not understood: write it as beta + 4*beta^2 + beta^3.";
      const power = m[3] ? +(m[4] || 1) : 0;
      row[power] = (row[power] || 0) + (m[1] === "-" ? -1 : 1) * +(m[2] || 1);
    }
    if (row[0] && row.length > 1) return "P_t has no constant term for a tree with edges.";
    const full = Array.from(row, (c) => c || 0).slice(row.length > 1 ? 1 : 0);
    const hit = full.length > 14 ? [] : all.filter((t) => t.key === ` ${full.join(" ")} `);
    return hit.length ? hit : reason(full);
  }

  // Queries
  const measures = {
    n: (t) => t.n, sigma: (t) => t.sigma, "p(1)": (t) => t.row.reduce((a, b) => a + b, 0),
    diameter: (t) => { const next = nexts(t), [, q] = far(next, 0); return Math.max(...far(next, q[q.length - 1])[0]); },
    leaves: (t) => nexts(t).filter((x) => x.length === 1).length,
  };
  const nexts = (t) => neighbours(t.n, parents(t.levels).map((p, v) => [p, v]).slice(1));
  const compare = { "=": (a, b) => a === b, "<": (a, b) => a < b, ">": (a, b) => a > b, "<=": (a, b) => a <= b, ">=": (a, b) => a >= b };
  const names = { eulerian: (t) => t.n < 3 || measures.diameter(t) === 2, narayana: (t) => measures.diameter(t) === t.n - 1 };
  names.star = names.eulerian; names.path = names.narayana;
  function answer(query) {
    const tests = [];
    let rest = query.replace(/\b(n|sigma|P\(1\)|diameter|leaves)\s*(<=|>=|=|<|>)\s*(\d+)/gi, (_, what, sign, x) => {
      tests.push((t) => compare[sign](measures[what.toLowerCase()](t), +x)); return " ";
    }).replace(/\bname:(\w+)/gi, (_, name) => {
      const test = names[name.toLowerCase()];
      tests.push(test || (() => false)); return " ";
    }).trim();
    let found = rest ? read(rest) : all;
    if (tests.length && Array.isArray(found)) found = Object.assign(found.filter((t) => tests.every((f) => f(t))), { near: found.near, why: found.why });
    return found;
  }
  function read(text) {
    let m;
    if ((m = /^F?\s*(\d+)\.(\d+)$/i.exec(text))) {
      const order = orders[+m[1]];
      return order ? (order[m[2] - 1] ? [order[m[2] - 1]] : `There are ${order.length} trees with ${m[1]} vertices.`) : "The atlas holds the orders 1 to 14.";
    }
    if ((m = /^(star|path|spider)\s*:\s*([\d,\s]+)$/i.exec(text))) {
      const sizes = m[2].split(/[\s,]+/).filter(Boolean).map(Number);
      return sizes.some((x) => x < 1 || x > 14) ? "The atlas holds the trees with at most 14 vertices." : fromShape(m[1].toLowerCase(), sizes);
    }
    if (/^[\s,[\]]+$/.test(text)) return fromBrackets(text);
    if (/^[()\s]+$/.test(text)) return "Words in ( and ) are read in two ways, by vertices and by edges: write the tree with [ and ].";
    const list = text.replace(/[[\](),;]/g, " ").trim().split(/\s+/);
    if (list.every((x) => /^-?\d+$/.test(x))) {
      const row = list.map(Number);
      return row[0] === 0 && row.length > 0 ? fromLevels(row) : fromNumbers(row);
    }
    if (/\w\s*-+\s*\w/.test(text) && !/[+^*]/.test(text)) return fromEdges(text);
    if (text.length > 1 && /^[@-M][?-~]*$/.test(text) && text.length === 1 + Math.ceil(((n) => (n * (n - 1)) / 12)(text.charCodeAt(0) - 63))) return fromGraph6(text);
    if (/beta|β|x|\^/i.test(text)) return fromPolynomial(text);
    return "This was not understood: type a row, an id such as F6.3, levels, edges such as 1-2 2-3, or graph6.";
  }

  // Cards
  function draw(t) {
    const p = parents(t.levels), leaves = Array(t.n).fill(0), at = [[0, 0]], span = [[0, 2 * Math.PI]], used = [];
    for (let v = t.n - 1; v; v--) { leaves[v] = leaves[v] || 1; leaves[p[v]] += leaves[v]; }
    for (let v = 1; v < t.n; v++) {
      const [a, b] = span[p[v]], from = used[p[v]] === undefined ? a : used[p[v]];
      const width = ((b - a) * leaves[v]) / leaves[p[v]], angle = from + width / 2, w = Math.min(width, 2.6);
      used[p[v]] = from + width;
      span[v] = [angle - w / 2, angle + w / 2];
      at[v] = [at[p[v]][0] + Math.cos(angle), at[p[v]][1] + Math.sin(angle)];
    }
    const x = at.map((q) => q[0]), y = at.map((q) => q[1]), x0 = Math.min(...x) - 0.4, y0 = Math.min(...y) - 0.4;
    const w = Math.max(...x) - x0 + 0.4, h = Math.max(...y) - y0 + 0.4, f = (c) => c.toFixed(2);
    const lines = at.slice(1).map((q, i) => `M${f(q[0])} ${f(q[1])}L${f(at[p[i + 1]][0])} ${f(at[p[i + 1]][1])}`).join("");
    return `<svg viewBox="${f(x0)} ${f(y0)} ${f(w)} ${f(h)}" role="img" aria-label="${t.id}"><path d="${lines}"/>` +
      at.map((q) => `<circle cx="${f(q[0])}" cy="${f(q[1])}" r=".17"/>`).join("") + "</svg>";
  }
  const place = (t) => `${String(t.n).padStart(2, "0")}.html#${t.id}`;
  const card = (t) => `<a class="atlas-card" href="${place(t)}">${draw(t)}<b>${t.id}</b><span class="atlas-row">${t.row.join(" ")}</span>` +
    `<small>n ${t.n} · sigma ${t.sigma} · P(1) ${measures["p(1)"](t)} · levels ${t.levels.join(" ")}</small></a>`;
  function show() {
    const query = box.value.trim(), url = new URL(location.href);
    if (query) url.searchParams.set("q", query); else url.searchParams.delete("q");
    try { history.replaceState(null, "", url); } catch (_) { /* some browsers forbid it from disk */ }
    if (!query) { out.innerHTML = ""; say.textContent = ""; return; }
    const found = answer(query);
    if (typeof found === "string") { out.innerHTML = ""; say.textContent = found; return; }
    if (!found.length) {
      say.textContent = (found.why || "No tree passes these filters.") + (found.near ? " The nearest rows:" : "");
      out.innerHTML = (found.near || []).map(card).join("");
      return;
    }
    const more = found.length > MOST ? `, the first ${MOST} of them below` : "";
    say.textContent = found.length === 1 ? "This is it." : `${found.length} trees${more}.`;
    out.innerHTML = found.slice(0, MOST).map(card).join("");
  }
  box.addEventListener("input", show);
  document.addEventListener("keydown", (event) => {
    const cards = [...out.children], i = cards.indexOf(document.activeElement);
    if (event.target === box && event.key === "Enter" && cards.length) cards[0].click();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || (i < 0 && event.target !== box)) return;
    event.preventDefault();
    (cards[i + step] || box).focus();
  });
  box.value = new URLSearchParams(location.search).get("q") || "";
  show();
  window.atlasAnswer = answer;
})();
