// The pages on which a questionnaire is made: the builder or the JSON of it, beside it the survey as people will see it.
// Nothing that was written is lost: it is kept on this device until the server has it.
import htmx from "htmx.org/dist/htmx.esm.js";

import { Builder } from "./builder/builder.js";
import { make, say, speak } from "./builder/parts.js";
import { languagesOf, ownOf } from "./builder/texts.js";
import { toast } from "./toasts.js";

const at = (id) => document.getElementById(id);
const parsed = (text) => {
  try {
    const found = JSON.parse(text);
    return found && typeof found === "object" && !Array.isArray(found) ? found : null;
  } catch {
    return null;
  }
};

export function start() {
  const desk = document.querySelector("[data-design]");
  const source = at("definition");
  speak(JSON.parse(at("builder-words").textContent));
  const shelf = `rejoinder-draft:${desk.dataset.design}:${at("base").value}`;
  const original = source.value.trim();
  const kept = localStorage.getItem(shelf);
  const saved = parsed(original) ?? {};
  const begun = kept && kept !== original ? kept : original;
  const frame = frameOf(at("preview"));
  let builder = null;
  let clock;

  const dirty = () => source.value.trim() !== original;
  const keep = () => {
    desk.classList.toggle("dirty", dirty());
    at("save-state").textContent = dirty() ? say("unsaved") : say("saved");
    if (dirty()) localStorage.setItem(shelf, source.value);
    else localStorage.removeItem(shelf);
  };
  const show = (document_, language) => {
    clearTimeout(clock);
    clock = setTimeout(() => frame.show(document_, language), 250);
  };
  const told = (document_) => {
    // As it came where nothing is different, so that nothing looks changed that is not.
    const same = JSON.stringify(document_) === JSON.stringify(readied(saved));
    source.value = same ? original : JSON.stringify(document_, null, 2);
    keep();
    show(document_, builder?.language);
    at("undo").disabled = !builder?.history.past.length;
    at("redo").disabled = !builder?.history.future.length;
  };

  source.value = begun;
  const place = document.querySelector("[data-builder]");
  if (place) {
    builder = new Builder(place, parsed(begun) ?? { pages: [] }, saved, told);
    languageChoice(builder);
    at("undo").addEventListener("click", () => builder.undo());
    at("redo").addEventListener("click", () => builder.undo(true));
    document.addEventListener("builder-removed", () => toast(say("removed"), "note"));
    told(builder.doc);
  } else {
    source.addEventListener("input", () => {
      keep();
      const document_ = parsed(source.value);
      if (document_) show(document_);
    });
    tabs(source);
    keep();
    if (parsed(begun)) show(parsed(begun));
  }
  if (begun !== original) {
    at("kept").hidden = false;
    at("discard").addEventListener("click", () => {
      localStorage.removeItem(shelf);
      source.value = original;
      at("kept").hidden = true;
      if (builder) builder.replace(parsed(original) ?? { pages: [] });
      else source.dispatchEvent(new Event("input"));
    });
  }
  addEventListener("beforeunload", (event) => {
    if (dirty() && !desk.dataset.leaving) event.preventDefault();
  });
  document.body.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
    if (detail.requestConfig?.path?.endsWith("/design/save") && detail.xhr.status < 300) {
      desk.dataset.leaving = "yes";
      localStorage.removeItem(shelf);
    }
  });
  reviewing(desk, source);
  keys(builder);
  at("toggle-preview").addEventListener("click", (event) => {
    const shown = desk.classList.toggle("previewing");
    event.currentTarget.setAttribute("aria-pressed", String(shown));
  });
  at("again").addEventListener("click", () => frame.again());
}

/** A document as the builder would have it, to compare with. */
function readied(document_) {
  const copy = structuredClone(document_);
  Builder.prototype.ready.call({ doc: copy });
  return copy;
}

/** The frame with the survey: it asks for definitions when it is there. */
function frameOf(frame) {
  let last;
  let there = false;
  const send = (afresh = false) => {
    if (there && last) frame.contentWindow.postMessage({ type: "preview", afresh, ...last }, location.origin);
  };
  addEventListener("message", ({ data, origin, source }) => {
    if (origin !== location.origin || source !== frame.contentWindow || data?.type !== "preview-ready") return;
    there = true;
    send();
  });
  frame.src = frame.dataset.src;
  return {
    show(definition, language) {
      last = { definition, language: language ?? ownOf(definition), languages: [...new Set([...languagesOf(definition), language ?? ownOf(definition)])] };
      send();
    },
    again: () => send(true),
  };
}

function languageChoice(builder) {
  const choice = at("write-in");
  const fill = () => {
    const mine = builder.languages();
    const options = (codes) => codes.map((code) => make("option", { value: code, selected: code === builder.language }, builder.names[code] ?? code));
    const others = Object.keys(builder.names).filter((code) => !mine.includes(code));
    choice.replaceChildren(...options(mine), make("optgroup", { label: say("add_language") }, ...options(others)));
  };
  choice.addEventListener("change", () => builder.speakIn(choice.value));
  document.addEventListener("builder-shown", fill);
  fill();
}

/** Look at what would change before it is saved; where nothing can be lost, save at once. */
function reviewing(desk, source) {
  const dialog = at("review");
  const body = at("review-body");
  at("save").addEventListener("click", () => htmx.trigger(at("check-form"), "submit"));
  document.body.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt === at("check-form")) detail.parameters.definition = source.value;
  });
  document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target !== body) return;
    if (body.querySelector("[data-harmless]")) {
      desk.querySelector("#definition-form").requestSubmit();
      return;
    }
    dialog.showModal();
  });
  body.addEventListener("click", (event) => {
    const line = Number(event.target.closest("[data-line]")?.dataset.line);
    if (!line) return;
    dialog.close();
    goTo(source, line);
  });
}

/** Show a line of the text and mark it. */
function goTo(source, line) {
  const lines = source.value.split("\n");
  const begin = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  source.focus();
  source.setSelectionRange(begin, begin + (lines[line - 1]?.length ?? 0));
  source.scrollTop = Math.max(0, (line - 4) * 19);
}

/** Tab indents; Escape and then Tab leaves the field, so that keyboards are not caught. */
function tabs(source) {
  let leaving = false;
  source.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leaving = true;
    else if (event.key === "Tab" && !leaving && !event.shiftKey) {
      event.preventDefault();
      source.setRangeText("  ", source.selectionStart, source.selectionEnd, "end");
      source.dispatchEvent(new Event("input"));
    } else leaving = false;
  });
}

function keys(builder) {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey)) return;
    if (event.key === "s") {
      event.preventDefault();
      at("save").click();
    } else if (builder && event.key.toLowerCase() === "z" && !/^(INPUT|TEXTAREA)$/.test(event.target.tagName)) {
      event.preventDefault();
      builder.undo(event.shiftKey);
    }
  });
}
