// The page works without this script: everything is in it, open. The script folds details away, sorts and filters tables,
// and answers questions about pairs of columns. It asks nothing of the network.
"use strict";
document.documentElement.classList.add("js");

addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".tools, .picker").forEach((each) => { each.hidden = false; });
  document.querySelectorAll("table.entries").forEach(table => entries(table));
  const data = document.getElementById("pair-data");
  if (data) pairs(JSON.parse(data.textContent));
  document.querySelectorAll(".chart").forEach(chart => pointing(chart));
  openTarget();
});
addEventListener("hashchange", openTarget);

// A link to a column opens it.
function openTarget() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const opener = target && target.querySelector(":scope > tr .opener");
  if (opener && opener.getAttribute("aria-expanded") === "false") opener.click();
}

// A table of entries (one tbody each): opened, sorted by its headings, filtered by words, long ones cut until asked.
function entries(table) {
  const all = [...table.tBodies];
  const words = all.map(body => [...body.rows[0].cells].slice(0, 2).map(cell => value(cell) || cell.textContent).join(" ").toLowerCase());
  const search = document.querySelector(`[data-filter="${table.id}"]`);
  const status = document.querySelector(`[data-status="${table.id}"]`);
  const more = document.querySelector(`[data-more="${table.id}"]`);
  const openAll = document.querySelector(`[data-open-all="${table.id}"]`);
  const limit = table.querySelectorAll(":scope > tbody:not(.beyond)").length;
  let isWhole = limit === all.length;

  function show() {
    const asked = search ? search.value.trim().toLowerCase() : "";
    let found = 0;
    let shown = 0;
    for (const body of table.tBodies) {
      const fits = words[all.indexOf(body)].includes(asked);
      if (fits) found += 1;
      const isShown = fits && (isWhole || asked !== "" || found <= limit);
      body.hidden = !isShown;
      body.classList.remove("beyond");
      if (isShown) shown += 1;
    }
    if (status) status.textContent = shown === all.length ? `${all.length} ${table.dataset.noun}` : `${shown} of ${all.length} ${table.dataset.noun}`;
    if (more) more.parentElement.hidden = isWhole || asked !== "";
  }

  function open(body, isOpen) {
    const opener = body.querySelector(".opener");
    if (!opener) return;
    opener.setAttribute("aria-expanded", String(isOpen));
    body.classList.toggle("open", isOpen);
  }

  table.addEventListener("click", (event) => {
    const opener = event.target.closest(".opener");
    if (opener) open(opener.closest("tbody"), opener.getAttribute("aria-expanded") === "false");
  });
  if (search) search.addEventListener("input", show);
  if (more) more.addEventListener("click", () => { isWhole = true; show(); });
  if (openAll) openAll.addEventListener("click", () => {
    const isOpen = openAll.textContent === "Open all";
    all.filter(body => !body.hidden).forEach(body => open(body, isOpen));
    openAll.textContent = isOpen ? "Close all" : "Open all";
  });
  sorting(table, show);
  show();
}

function value(cell) {
  return cell && cell.dataset.value;
}

// Headings become buttons; a second press turns the order around. Empty values stay last.
function sorting(table, done) {
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, place) => {
    if (!heading.dataset.sort) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sorter";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const isDown = heading.getAttribute("aria-sort") === "ascending" || (heading.dataset.sort === "number" && !heading.hasAttribute("aria-sort"));
      headings.forEach(each => each.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", isDown ? "descending" : "ascending");
      const keys = new Map([...table.tBodies].map(body => [body, key(body.rows[0], heading, place)]));
      const order = [...table.tBodies].sort((a, b) => compare(keys.get(a), keys.get(b), isDown ? -1 : 1));
      table.append(...order);
      done();
    });
  });
}

function key(row, heading, place) {
  let column = 0;
  for (const cell of row.cells) {
    if (place < column + cell.colSpan) {
      const text = cell.dataset.value === undefined ? cell.textContent.trim() : cell.dataset.value;
      return heading.dataset.sort === "number" ? (text === "" ? null : Number(text)) : text.toLowerCase();
    }
    column += cell.colSpan;
  }
  return null;
}

function compare(a, b, direction) {
  if (a === null || b === null) return (a === null) - (b === null);
  return direction * (typeof a === "number" ? a - b : a.localeCompare(b));
}

// What a chart shows under the pointer is said below it, read off the chart's own table of figures.
function pointing(chart) {
  const figure = chart.closest("figure");
  const said = figure.querySelector(".pointed");
  const rows = figure.querySelectorAll(":scope tbody tr");
  const [from, to] = [Number(chart.dataset.from), Number(chart.dataset.to)];
  chart.addEventListener("pointermove", (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(chart.getScreenCTM().inverse());
    const row = rows[Math.floor(rows.length * (at[chart.dataset.axis] - from) / (to - from))];
    const [label, real, made] = row ? [...row.cells].map(cell => cell.textContent) : [];
    said.textContent = row ? `${label}: real ${real}, synthetic ${made}` : "";
  });
}

// On paper nothing can be unfolded: explanations are printed open.
function unfold(isOpen) {
  document.querySelectorAll(".explain").forEach((each) => { each.open = isOpen; });
}
addEventListener("beforeprint", () => unfold(true));
addEventListener("afterprint", () => unfold(false));

// The pair picker: two lists, or a cell of a heatmap by pointer or arrow keys.
function pairs(data) {
  const [first, second] = ["pair-a", "pair-b"].map(id => document.getElementById(id));
  const said = document.getElementById("pair-said");
  const maps = [...document.querySelectorAll(".heat")];
  const marks = maps.map(map => mark(map));

  function tell() {
    const [i, j] = [Number(first.value), Number(second.value)];
    marks.forEach((each) => { each.setAttribute("x", j); each.setAttribute("y", i); });
    if (i === j) {
      said.textContent = "Choose two different columns.";
      return;
    }
    const [real, made] = [data.real[i][j], data.synthetic[i][j]];
    const sign = made < real ? "\u2212" : "+";
    let text = `real ${real.toFixed(2)}, synthetic ${made.toFixed(2)} (${sign}${Math.abs(made - real).toFixed(2)}).`;
    const score = data.scores[`${Math.min(i, j)},${Math.max(i, j)}`];
    if (score && score[0] !== null) text += ` Share of rows misplaced: ${percent(score[0])}`;
    if (score && score[0] !== null && score[1] !== null) text += `, real against real ${percent(score[1])}`;
    const names = [data.names[i], data.names[j]].map((name) => {
      const element = document.createElement("bdi");
      element.textContent = name.length > 80 ? name.slice(0, 79) + "\u2026" : name;
      return element;
    });
    said.replaceChildren(names[0], " and ", names[1], ": ", text);
  }

  maps.forEach((map) => {
    const cells = map.querySelector(".cells");
    const place = (event) => {
      const box = cells.getScreenCTM().inverse();
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(box);
      const [j, i] = [Math.floor(at.x), Math.floor(at.y)];
      if (i < 0 || j < 0 || i >= data.names.length || j >= data.names.length) return;
      first.value = i;
      second.value = j;
      tell();
    };
    map.addEventListener("pointermove", place);
    map.addEventListener("pointerdown", place);
  });
  [first, second].forEach(each => each.addEventListener("change", tell));
  first.value = 0;
  second.value = 1;
  tell();
}

function percent(share) {
  return `${(100 * share).toFixed(1)}%`;
}

function mark(map) {
  const square = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  square.setAttribute("width", 1);
  square.setAttribute("height", 1);
  square.setAttribute("class", "mark");
  map.querySelector(".cells").append(square);
  return square;
}
