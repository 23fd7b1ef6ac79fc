"use strict";
// Cells are shown by textContent alone: whatever stands in them stays text.

const find = (id) => document.getElementById(id);
const state = { overview: null, row: null, isEditing: false, isBusy: false };

async function ask(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  };
  const answer = await fetch(path, options);
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

// Lists and objects as people read them: a conversation in turns, fields by their names, and the rest as it is.
function spelled(value) {
  if (value === null) return element("span", "missing", "missing");
  if (typeof value !== "object") return element("span", String(value));
  if (!Array.isArray(value)) return fields(value);
  if (value.length && value.every((one) => one && typeof one === "object" && "role" in one && "content" in one)) {
    const turns = element("div", undefined, "turns");
    turns.append(...value.map(turn));
    return turns;
  }
  const list = element("ul");
  for (const one of value) { const item = element("li"); item.append(spelled(one)); list.append(item); }
  return value.length ? list : element("span", "none", "missing");
}

function fields(value) {
  const list = element("dl", undefined, "fields");
  for (const [name, one] of Object.entries(value)) {
    const cell = element("dd");
    cell.append(spelled(one));
    list.append(element("dt", name), cell);
  }
  return list;
}

function turn(said) {
  const made = element("div", undefined, `turn ${said.role === "user" ? "user" : "other"}`);
  made.append(element("b", said.name ? `${said.role}, ${said.name}` : said.role));
  if (said.content) made.append(element("span", said.content));
  for (const call of said.tool_calls ?? []) made.append(element("code", `${call.name}(${call.arguments})`));
  return made;
}

function shown(value, isDocument) {
  if (value === null) return element("span", "missing");
  try { return isDocument ? spelled(JSON.parse(value)) : element("span", value); } catch { return element("span", value); }
}

const SAID = { open: "Not decided yet", accept: "Accepted", edit: "Accepted as edited", reject: "Rejected" };

function draw() {
  const { row, overview, isEditing } = state;
  const card = find("card");
  const list = element("dl");
  overview.columns.forEach((column, place) => {
    const isChanged = Object.hasOwn(row.edits, column.name);
    const value = isChanged ? row.edits[column.name] : row.cells[column.name];
    const head = element("dt", column.name);
    list.append(head);
    if (isEditing) {
      const field = element("textarea");
      field.value = value ?? "";
      field.dataset.column = column.name;
      field.dataset.missing = value === null ? "yes" : "";
      field.rows = Math.min(14, 1 + Math.floor((value ?? "").length / 70) + (value ?? "").split("\n").length - 1);
      field.setAttribute("aria-label", column.name);
      const cell = element("dd");
      cell.append(field);
      list.append(cell);
    } else {
      const kinds = [column.json ? "json" : "", value === null ? "missing" : "", isChanged ? "changed" : ""];
      const cell = element("dd", undefined, kinds.join(" ").trim());
      cell.append(shown(value, column.json));
      list.append(cell);
    }
  });
  const reason = row.verb === "reject" && row.reason ? `: ${row.reason}` : "";
  card.className = row.verb;
  card.replaceChildren(element("p", SAID[row.verb] + reason, "state"), list);
  find("position").textContent = `Row ${row.place + 1} of ${overview.chosen.length}`;
  find("editing").hidden = !isEditing;
  find("deciding").hidden = isEditing;
  if (isEditing) card.querySelector("textarea")?.focus();
  count();
}

function count() {
  const chosen = state.overview.chosen;
  const n = (verb) => chosen.filter((one) => one === verb).length;
  find("progress").max = Math.max(chosen.length, 1);
  find("progress").value = chosen.length - n("open");
  find("counts").textContent = `${n("accept")} accepted, ${n("edit")} edited, ${n("reject")} rejected, ${n("open")} open`;
}

async function show(place) {
  if (place < 0 || place >= state.overview.chosen.length) return;
  state.row = await ask(`/row?place=${place}`);
  state.isEditing = false;
  find("reason").value = "";
  draw();
}

async function choose(verb, values = {}, reason = "") {
  const place = state.row.place;
  state.row = await ask("/choice", { place, verb, values, reason });
  state.overview.chosen[place] = verb;
  state.isEditing = false;
  if (verb === "open") return draw();
  const after = state.overview.chosen.findIndex((one, at) => at > place && one === "open");
  const next = after >= 0 ? after : state.overview.chosen.indexOf("open");
  if (next < 0) { draw(); find("position").textContent += ". All rows are decided"; return; }
  await show(next);
}

function edited() {
  const values = {};
  for (const field of find("card").querySelectorAll("textarea")) {
    const name = field.dataset.column;
    const value = field.dataset.missing && field.value === "" ? null : field.value;
    if (value !== state.row.cells[name]) values[name] = value;
  }
  return values;
}

const ACTIONS = {
  accept: () => choose("accept"),
  reject: () => choose("reject", {}, find("reason").value),
  undo: () => choose("open"),
  edit: () => { state.isEditing = true; draw(); },
  save: () => { const values = edited(); return choose(Object.keys(values).length ? "edit" : "accept", values); },
  cancel: () => { state.isEditing = false; draw(); find("main").focus(); },
  previous: () => show(state.row.place - 1),
  next: () => show(state.row.place + 1),
  done: async () => { await ask("/done", {}); document.body.replaceChildren(element("main", "The review is ended. You may close this page.")); },
};

async function act(name) {
  if (state.isBusy) return;
  state.isBusy = true;
  find("error").textContent = "";
  try { await ACTIONS[name](); } catch (error) { const place = find("error"); if (place) place.textContent = error.message; }
  state.isBusy = false;
}

const KEYS = { a: "accept", r: "reject", e: "edit", u: "undo", ArrowLeft: "previous", ArrowRight: "next" };

document.addEventListener("keydown", (event) => {
  if (state.isEditing) {
    if (event.key === "Escape") { event.preventDefault(); act("cancel"); }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); act("save"); }
    return;
  }
  if (event.target instanceof HTMLInputElement) {
    if (event.key === "Enter") { event.preventDefault(); act("reject"); find("main")?.focus(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const name = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (name) { event.preventDefault(); act(name); }
});

async function begin() {
  for (const name of Object.keys(ACTIONS)) find(name).addEventListener("click", () => act(name));
  state.overview = await ask("/overview");
  find("title").textContent = state.overview.title;
  find("reviewer").textContent = `Reviewer: ${state.overview.reviewer}.`;
  const first = state.overview.chosen.indexOf("open");
  if (state.overview.chosen.length) await show(Math.max(first, 0));
}

begin().catch((error) => { find("error").textContent = error.message; });
