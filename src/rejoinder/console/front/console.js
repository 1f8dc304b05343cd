// What the console's pages do beyond HTML: parts that come and go (HTMX), forms that say what is wrong where it is,
// dialogs, copying, toasts. Charts are loaded where there are some.
import htmx from "htmx.org/dist/htmx.esm.js";

import { clearProblems, showProblem } from "./forms.js";
import "./grid.js";
import { loader } from "./loader.js";
import { finder, reference } from "./reference.js";
import { toast } from "./toasts.js";
import { insert, mirror } from "./writer.js";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  historyCacheSize: 0,
  includeIndicatorStyles: false,
  refreshOnHistoryMiss: true,
  selfRequestsOnly: true,
});

const said = document.body.dataset;

// A form says what the server refuses at the field, or at its top; other requests say it in a toast.
document.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target instanceof HTMLFormElement) clearProblems(target);
});
document.addEventListener("htmx:responseError", ({ detail, target }) => {
  let problem = { title: said.broken, text: "", fields: {} };
  try {
    problem = JSON.parse(detail.xhr.responseText);
  } catch {
    // what answered was no server of ours, such as a proxy
  }
  if (target instanceof HTMLFormElement && target.querySelector(".form-problem")) showProblem(target, problem);
  else toast(problem.text || problem.title, "bad");
});
document.addEventListener("htmx:sendError", () => toast(said.offline, "bad"));
document.addEventListener("htmx:timeout", () => toast(said.offline, "bad"));
document.body.addEventListener("toast", ({ detail }) => toast(detail.text, detail.kind));

// What destroys something asks first.
const asking = document.getElementById("confirm");
document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  const { confirmTitle, confirmButton, confirmKind } = event.detail.elt.dataset;
  asking.querySelector("h2").textContent = confirmTitle ?? "";
  asking.querySelector("p").textContent = event.detail.question;
  const yes = asking.querySelector("[value=yes]");
  yes.textContent = confirmButton ?? said.yes;
  yes.className = `button ${confirmKind ?? "danger"}`;
  asking.returnValue = "";
  asking.addEventListener("close", () => asking.returnValue === "yes" && event.detail.issueRequest(true), {
    once: true,
  });
  asking.showModal();
});

document.addEventListener("click", (event) => {
  const at = event.target;
  const opener = at.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  if (at.closest("[data-close]") || at.tagName === "DIALOG") at.closest("dialog")?.close();
  const copied = at.closest("[data-copy]");
  if (copied) copy(copied);
  const dismissed = at.closest("[data-dismiss]");
  if (dismissed) dismissed.closest(".flash")?.remove();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(at) || at.closest("[role=menuitem], .menu-list a, .menu-list button")) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A file on its way says how far it is.
document.addEventListener("htmx:xhr:progress", ({ detail, target }) => {
  const bar = target.querySelector?.("progress.upload");
  if (!bar || !detail.total) return;
  bar.hidden = detail.loaded >= detail.total;
  bar.value = detail.loaded / detail.total;
});

// Choices that apply at once.
document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-at-once]");
  if (field) field.form.requestSubmit();
});

async function copy(button) {
  const source = button.dataset.copy ? document.getElementById(button.dataset.copy) : button.previousElementSibling;
  const text = source.value ?? source.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // without TLS there is no clipboard: select it, so that a key copies it
    const range = document.createRange();
    range.selectNodeContents(source);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    if (!document.execCommand("copy")) return;
  }
  toast(said.copied, "good");
}

// Where links scroll sideways, the one that is lit is in sight; again once the letters have their width.
function showLit() {
  for (const lit of document.querySelectorAll(".side [aria-current], .tabs [aria-current]")) {
    const strip = lit.closest(".side, .tabs");
    strip.scrollLeft = lit.offsetLeft - (strip.clientWidth - lit.offsetWidth) / 2;
  }
}
showLit();
document.fonts?.ready.then(showLit);

function charts(inside) {
  if (inside.querySelector?.("[data-chart]") || inside.matches?.("[data-chart]")) {
    import("./charts.js").then(({ draw }) => draw(inside));
  }
}
charts(document);
document.addEventListener("htmx:load", ({ target }) => charts(target));

if (document.querySelector("[data-design]")) import("./design.js").then(({ start }) => start());
// Parts of pages with a script of their own.
function begin(inside) {
  for (const form of inside.querySelectorAll?.("form[data-loader]") ?? []) loader(form);
  for (const form of inside.querySelectorAll?.("form[data-mirrors]") ?? []) mirror(form, htmx);
  for (const field of inside.querySelectorAll?.("[data-find]") ?? []) finder(field);
  for (const page of inside.querySelectorAll?.("[data-reference]") ?? []) reference(page);
  for (const part of inside.querySelectorAll?.("[data-shown-with]") ?? []) follow(part);
}
begin(document);
document.addEventListener("htmx:load", ({ target }) => target !== document.body && begin(target));
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-insert]");
  if (button) insert(button);
});

// A part that is there only while a choice of its form is made: data-shown-with="name=value".
function follow(part) {
  const [name, value] = part.dataset.shownWith.split("=");
  const form = part.closest("form");
  const show = () => (part.hidden = form.elements[name].value !== value);
  form.addEventListener("change", show);
  show();
}
