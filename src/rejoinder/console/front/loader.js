// Loads many people: shows what the columns of a list are, sends its rows part by part, tells how far it is and how
// long it will take, and stops when asked to. What is loaded in a part is loaded whole or not at all.
import { clearProblems, showProblem } from "./forms.js";
import { readFile, readList } from "./list.js";

const PART = 500;
const MOST_BYTES = 50_000_000;
const SHOWN = 5;
const TOLD = 20;
const ADDRESS = /^[^\s@]+@[^\s@]+$/;

/** Let a form load people. */
export function loader(form) {
  const words = JSON.parse(form.querySelector("[data-words]").textContent);
  const say = (name, values = {}) => words[name].replace(/%\((\w+)\)s/g, (_, key) => values[key]);
  const part = (name) => form.querySelector(`[data-${name}]`);
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  const state = { rows: [], choices: [], running: false };

  const body = () => state.rows.slice(part("head").checked ? 1 : 0);
  const refuse = (name, at) => showProblem(form, { title: "", text: say(name), fields: at ? { [at]: say(name) } : {} });

  function take(text) {
    state.rows = readList(text);
    part("columns").hidden = state.rows.length === 0;
    if (!state.rows.length) return;
    const width = Math.max(...state.rows.slice(0, 50).map((row) => row.length));
    const address = columnOfAddresses(state.rows, width);
    part("head").checked = address >= 0 && !ADDRESS.test(state.rows[0][address] ?? "");
    state.choices = guess(state.rows[0], width, address, part("head").checked);
    drawColumns();
  }

  function drawColumns() {
    const table = part("preview");
    const head = document.createElement("thead"), top = document.createElement("tr");
    state.choices.forEach((choice, column) => {
      const cell = document.createElement("th");
      cell.scope = "col";
      const select = part("choice").content.firstElementChild.cloneNode(true);
      select.value = choice;
      select.setAttribute("aria-label", say("column", { n: column + 1 }));
      select.addEventListener("change", () => {
        state.choices[column] = select.value;
        count();
      });
      const heading = part("head").checked ? (state.rows[0][column] ?? "") : "";
      if (heading) {
        const name = document.createElement("span");
        name.className = "sub";
        name.textContent = heading;
        cell.append(name);
      }
      cell.append(select);
      top.append(cell);
    });
    head.append(top);
    const shown = document.createElement("tbody");
    for (const row of body().slice(0, SHOWN)) {
      const line = document.createElement("tr");
      state.choices.forEach((_, column) => {
        const cell = document.createElement("td");
        cell.textContent = row[column] ?? "";
        line.append(cell);
      });
      shown.append(line);
    }
    table.replaceChildren(head, shown);
    count();
  }

  function count() {
    const at = state.choices.indexOf("email");
    const found = at < 0 ? 0 : body().filter((row) => ADDRESS.test(row[at] ?? "")).length;
    part("count").textContent = say("rows", { n: numbers.format(found) });
  }

  function people() {
    const at = state.choices.indexOf("email");
    return body().map((row) => ({
      email: row[at] ?? "",
      labels: Object.fromEntries(
        state.choices.flatMap((choice, column) =>
          choice && choice !== "email" && row[column] ? [[choice, row[column]]] : [],
        ),
      ),
    }));
  }

  async function post(address, values) {
    const sent = new URLSearchParams(values);
    const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) };
    const reply = await fetch(address, { method: "POST", body: sent, headers });
    const told = await reply.json().catch(() => ({ title: document.body.dataset.broken, text: "", fields: {} }));
    if (!reply.ok) throw told;
    return told;
  }

  function show(done, all, began) {
    const progress = part("progress");
    progress.querySelector("progress").value = all ? done / all : 0;
    part("share").textContent = all
      ? new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(done / all)
      : "";
    const left = done ? Math.ceil(((performance.now() - began) / done) * (all - done) / 1000) : "…";
    const values = { done: numbers.format(done), all: numbers.format(all), left };
    part("note").textContent = all ? say("part", values) : say("some", values);
  }

  async function run() {
    const rows = part("columns") ? people() : null;
    const sums = { added: 0, alike: 0, wrong: 0, repeated: 0 };
    let places = { rows: form.dataset.rows, done: form.dataset.done };
    if (form.dataset.begin) places = await post(form.dataset.begin, { survey: form.elements.survey.value });
    part("done").href = places.done;
    const all = rows ? rows.length : form.elements.q.value ? 0 : Number(form.dataset.total);
    const began = performance.now();
    const wrong = part("wrong");
    const add = (told, first) => {
      sums.added += told.added + (told.changed ?? 0);
      sums.alike += told.alike ?? 0;
      sums.repeated += told.repeated ?? 0;
      for (const [place, why] of Object.entries(told.wrong)) {
        if (sums.wrong++ >= TOLD) continue;
        const line = document.createElement("li");
        line.textContent = say("line", { n: first + Number(place) + 1 + (part("head")?.checked ? 1 : 0), why });
        wrong.append(line);
      }
    };
    show(0, all, began);
    if (rows) {
      for (let at = 0; at < rows.length && state.running; at += PART) {
        add(await post(places.rows, { rows: JSON.stringify(rows.slice(at, at + PART)) }), at);
        show(Math.min(at + PART, rows.length), all, began);
      }
    } else {
      let after = "", done = 0;
      while (after !== null && state.running) {
        const { q, by } = form.elements;
        const told = await post(places.contacts, { q: q.value, by: by.value, after });
        add(told, 0);
        done += told.added + told.alike;
        after = told.after;
        show(done, all, began);
      }
    }
    return sums;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearProblems(form);
    if (part("columns")) {
      if (!state.rows.length) return refuse("empty", "list");
      if (!state.choices.includes("email")) return refuse("noAddress");
    }
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    button.classList.add("primary");
    state.running = true;
    part("wrong").replaceChildren();
    part("after").hidden = true;
    part("stop").hidden = false;
    part("progress").hidden = false;
    try {
      const sums = await run();
      const told = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, numbers.format(sum)]));
      const ends = [say("finished", told)];
      if (sums.repeated) ends.push(say("twice", { n: told.repeated }));
      if (!state.running) ends.unshift(say("stopped"));
      part("title").textContent = state.running ? say("title") : say("stopped");
      part("note").textContent = ends.join(" ");
      part("after").hidden = false;
      button.classList.remove("primary"); // the next step is to look at it
    } catch (problem) {
      const broken = { title: document.body.dataset.offline, text: "", fields: {} };
      showProblem(form, problem.title === undefined ? broken : problem);
    }
    part("stop").hidden = true;
    state.running = false;
    button.disabled = false;
  });
  part("stop").addEventListener("click", () => (state.running = false));
  part("list")?.addEventListener("input", ({ target }) => take(target.value));
  part("head")?.addEventListener("change", drawColumns);
  part("list-file")?.addEventListener("change", async ({ target }) => {
    const file = target.files[0];
    if (!file) return;
    if (file.size > MOST_BYTES) return refuse("large");
    take(await readFile(file));
  });
}

function columnOfAddresses(rows, width) {
  let best = -1, most = 0;
  for (let column = 0; column < width; column++) {
    const found = rows.slice(0, 50).filter((row) => ADDRESS.test(row[column] ?? "")).length;
    if (found > most) [best, most] = [column, found];
  }
  return best;
}

/** What each column is: the addresses, labels by their headings, others in order. */
function guess(heading, width, address, hasHeading) {
  const free = Array.from({ length: 15 }, (_, n) => String(n + 1));
  const named = Array.from({ length: width }, (_, column) => {
    const found = hasHeading && /^\s*label[ _]?(\d+)\s*$/i.exec(heading[column] ?? "");
    const number = found && free.includes(found[1]) ? found[1] : "";
    if (number) free.splice(free.indexOf(number), 1);
    return number;
  });
  return named.map((number, column) => (column === address ? "email" : number || free.shift() || ""));
}
