// The API reference: search among operations, and send them from here with a short token. The token lives in this
// page's memory alone; requests carry no cookies.
import { clearProblems, showProblem } from "./forms.js";

const MOST_SHOWN = 200_000;
const LONGEST_WAIT = 60_000;

/** Hide what a search does not mean: data-find names the list, data-words on its parts what they are about. */
export function finder(field) {
  const list = document.querySelector(field.dataset.find);
  const none = document.createElement("p");
  Object.assign(none, { className: "none", textContent: field.dataset.none, hidden: true });
  list.append(none);
  field.addEventListener("input", () => {
    const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const part of list.querySelectorAll("[data-words]")) {
      part.hidden = !wanted.every((word) => part.dataset.words.includes(word));
      if (!part.hidden) found++;
    }
    for (const group of list.querySelectorAll(".operation-group")) {
      group.hidden = !group.querySelector("[data-words]:not([hidden])");
    }
    none.hidden = found > 0;
  });
}

/** Open the operation that the address names. */
function openNamed() {
  const named = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!named || !named.matches("details.operation")) return;
  named.open = true;
  named.scrollIntoView();
}

/** Let the operations of a page be tried. */
export function reference(page) {
  const words = JSON.parse(document.getElementById("reference-words").textContent);
  const say = (name, values = {}) => words[name].replace(/%\((\w+)\)s/g, (_, key) => values[key]);
  const bar = page.querySelector("[data-token-bar]");
  const held = { token: "", until: 0 };
  addEventListener("hashchange", openNamed);
  openNamed();

  async function ask(address, values) {
    const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) };
    const reply = await fetch(address, { method: "POST", body: new URLSearchParams(values), headers });
    const told = await reply.json();
    if (!reply.ok) throw new Error(told.text || told.title);
    return told;
  }
  const tell = (text) => (bar.querySelector("[data-token-state]").textContent = text);

  async function getToken() {
    try {
      await dropToken();
      const told = await ask(page.dataset.tokenAddress, {
        api: page.dataset.api,
        right: bar.querySelector("[data-right]").value,
      });
      held.token = told.token;
      held.until = Date.now() + told.seconds * 1000;
      bar.querySelector("[data-drop-token]").hidden = false;
      tell(say("token", { time: new Date(held.until).toLocaleTimeString(document.documentElement.lang) }));
    } catch (problem) {
      tell(problem.message);
    }
  }
  async function dropToken() {
    const token = held.token;
    held.token = "";
    bar.querySelector("[data-drop-token]").hidden = true;
    if (!token) return;
    await ask(page.dataset.revokeAddress, { token });
    tell(say("revoked"));
  }
  bar?.querySelector("[data-get-token]").addEventListener("click", getToken);
  bar?.querySelector("[data-drop-token]").addEventListener("click", () => dropToken().catch((e) => tell(e.message)));

  page.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-try]");
    if (!form) return;
    event.preventDefault();
    send(form);
  });

  function refuse(form, text) {
    showProblem(form, { title: "", text, fields: {} });
  }

  async function send(form) {
    clearProblems(form);
    if (held.token && Date.now() >= held.until) {
      held.token = "";
      tell(say("ended"));
    }
    if ("needsToken" in form.dataset && !held.token) return refuse(form, say("need"));
    let asked;
    try {
      asked = request(form);
    } catch (problem) {
      return refuse(form, problem.message);
    }
    const stopping = new AbortController();
    const abort = form.querySelector("[data-abort]");
    const stop = () => stopping.abort();
    const timer = setTimeout(stop, LONGEST_WAIT);
    const button = form.querySelector("button[type=submit]");
    abort.hidden = false;
    abort.addEventListener("click", stop, { once: true });
    button.disabled = true;
    const outcome = form.querySelector("[data-outcome]");
    outcome.hidden = false;
    outcome.querySelector("[data-status]").textContent = say("sending");
    for (const part of ["took", "headers", "body"]) outcome.querySelector(`[data-${part}]`).textContent = "";
    const began = performance.now();
    try {
      const reply = await fetch(asked.address, { ...asked.options, signal: stopping.signal });
      const text = await reply.text();
      const milliseconds = Math.round(performance.now() - began);
      outcome.querySelector("[data-status]").textContent = `${reply.status} ${reply.statusText}`;
      outcome.querySelector("[data-took]").textContent = say("took", { ms: milliseconds, size: text.length });
      outcome.querySelector("[data-headers]").textContent = [...reply.headers].map((pair) => pair.join(": ")).join("\n");
      outcome.querySelector("[data-body]").textContent = shown(text, say);
    } catch (problem) {
      const why = problem.name === "AbortError" ? "cancelled" : "failed";
      outcome.querySelector("[data-status]").textContent = say(why);
    }
    clearTimeout(timer);
    abort.hidden = true;
    button.disabled = false;
  }

  function request(form) {
    let path = form.dataset.path;
    const missing = [];
    for (const field of form.querySelectorAll("[name^='path.']")) {
      if (!field.value) missing.push(field.name.slice(5));
      path = path.replace(`{${field.name.slice(5)}}`, encodeURIComponent(field.value));
    }
    if (missing.length) throw new Error(say("fill", { names: missing.join(", ") }));
    const query = new URLSearchParams(pairs(form.elements.query?.value ?? ""));
    const headers = {};
    if (held.token) headers.Authorization = `Bearer ${held.token}`;
    if (form.elements.accept) headers.Accept = form.elements.accept.value;
    const options = { method: form.dataset.method, headers, credentials: "omit", redirect: "manual" };
    const kind = form.elements.type?.value;
    const text = form.elements.body?.value.trim() ?? "";
    const file = form.elements.file?.files?.[0];
    if (kind === "multipart/form-data" && (text || file)) {
      options.body = new FormData();
      for (const [name, value] of pairs(text)) if (!value.startsWith("@")) options.body.append(name, value);
      if (file) options.body.append("file", file);
    } else if (kind === "application/x-www-form-urlencoded" && text) {
      options.body = new URLSearchParams(pairs(text));
    } else if (kind && text) {
      try {
        JSON.parse(text);
      } catch (problem) {
        throw new Error(say("body", { why: problem.message }));
      }
      headers["Content-Type"] = kind;
      options.body = text;
    }
    return { address: `${path}${query.size ? "?" : ""}${query}`, options };
  }
}

function pairs(text) {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const at = line.indexOf("=");
      return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
    });
}

function shown(text, say) {
  if (!text) return say("empty");
  let pretty = text;
  try {
    pretty = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // it is another format: as it is
  }
  return pretty.length > MOST_SHOWN ? `${pretty.slice(0, MOST_SHOWN)}\n\n${say("cut")}` : pretty;
}
