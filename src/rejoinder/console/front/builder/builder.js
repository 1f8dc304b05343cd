// The builder: a definition as pages of questions that open where they stand. The document itself is what is edited;
// what the builder does not know stays in it untouched.
import { KINDS, kindOf } from "./kinds.js";
import { button, icon, iconButton, make, say, speak } from "./parts.js";
import { questionForm, textField } from "./questions.js";
import { History } from "./history.js";
import { languagesOf, ownOf, shownOf } from "./texts.js";

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Set the builder up inside its element. `told(document)` hears of every change. */
export class Builder {
  constructor(root, document_, saved, told) {
    speak(JSON.parse(document.getElementById("builder-words").textContent));
    this.names = JSON.parse(document.getElementById("language-names").textContent);
    this.root = root;
    this.doc = document_;
    this.known = new Map();
    this.remember(saved);
    this.told = told;
    this.history = new History(document_);
    this.language = ownOf(document_);
    this.extra = new Set();
    this.opened = null;
    this.ready();
    this.chooser = document.getElementById("add-question");
    this.chooser.addEventListener("click", (event) => {
      const kind = event.target.closest("[data-kind]")?.dataset.kind;
      if (kind) this.add(kind);
    });
    // What lies under the dialog is nothing to press; not every reader of screens knows that of itself.
    this.chooser.addEventListener("close", () => (this.root.inert = false));
    this.render();
  }

  get own() {
    return ownOf(this.doc);
  }

  /** Bring a document into the shape that the builder shows: pages with elements. */
  ready() {
    if (!Array.isArray(this.doc.pages)) {
      this.doc.pages = [{ name: "page1", elements: this.doc.elements ?? this.doc.questions ?? [] }];
      delete this.doc.elements;
      delete this.doc.questions;
    }
    for (const page of this.doc.pages) {
      if (page.questions && !page.elements) {
        page.elements = page.questions;
        delete page.questions;
      }
      page.elements ??= [];
    }
  }

  /** What is stored already: names and codes that answers hang on. */
  remember(saved) {
    const walk = (elements) => {
      for (const one of elements ?? []) {
        if (one.name) this.known.set(one.name, one);
        walk(one.elements);
      }
    };
    for (const page of saved?.pages ?? []) walk(page.elements ?? page.questions);
    walk(saved?.elements ?? saved?.questions);
  }

  /** Whether answers may hang on a question, or on a code in one of its lists. */
  isSaved(name, key, code) {
    const found = this.known.get(name);
    if (!found || key === undefined) return Boolean(found);
    return (found[key] ?? []).some((item) => String(item?.value ?? item?.name ?? item) === String(code));
  }

  /** All questions, those inside of panels too. */
  questions() {
    const found = [];
    const walk = (elements) => {
      for (const one of elements ?? []) {
        if (one.elements) walk(one.elements);
        else found.push(one);
      }
    };
    this.doc.pages.forEach((page) => walk(page.elements));
    return found;
  }

  /** Change the document where its fields show it already. */
  write(work) {
    work();
    this.history.take(this.doc);
    this.summaries();
    this.told(this.doc);
  }

  /** Change the document and show it anew. `focus` — the key of the field to go to. */
  change(work, { focus } = {}) {
    work();
    this.history.take(this.doc, true);
    this.render(focus);
    this.told(this.doc);
  }

  /** Another document altogether: undone, done again, thrown away. */
  replace(document_) {
    this.doc = document_;
    this.ready();
    this.render();
    this.told(this.doc);
  }

  undo(forth = false) {
    const found = forth ? this.history.redo() : this.history.undo();
    if (found) this.replace(found);
  }

  freeName(lead) {
    const taken = new Set([...this.questions().map((one) => String(one.name).toLowerCase()), ...[...this.known.keys()].map((one) => one.toLowerCase())]);
    if (!taken.has(lead)) return lead;
    let number = 2;
    while (taken.has(`${lead}_${number}`)) number += 1;
    return `${lead}_${number}`;
  }

  /** Ask for a question's type; it is put at the end of the page. */
  choose(page) {
    this.target = page;
    this.root.inert = true;
    this.chooser.showModal();
  }

  add(kind) {
    const made = { ...KINDS[kind].make((key, values) => say(`new_${key}`, values)), name: this.freeName(kind === "html" ? "note" : kind) };
    this.opened = made.name;
    this.root.inert = false;
    this.chooser.close();
    this.change(() => this.target.elements.push({ type: made.type, name: made.name, ...made }), { focus: `${made.name}/title` });
  }

  rename(question, text) {
    const wanted = text.trim();
    const taken = this.questions().some((one) => one !== question && String(one.name).toLowerCase() === wanted.toLowerCase());
    if (!NAME.test(wanted) || taken) return;
    const before = question.name;
    if (this.opened === before) this.opened = wanted;
    this.write(() => {
      question.name = wanted;
      for (const one of this.questions()) {
        if (one.visibleIf) one.visibleIf = one.visibleIf.replaceAll(`{${before}}`, `{${wanted}}`);
      }
    });
  }

  duplicate(page, place) {
    const copy = structuredClone(page.elements[place]);
    copy.name = this.freeName(copy.name);
    this.opened = copy.name;
    this.change(() => page.elements.splice(place + 1, 0, copy), { focus: `${copy.name}/title` });
  }

  /** Move a question; over the edge of its page it comes onto the next one. */
  move(page, place, by) {
    const pages = this.doc.pages;
    const [at, to] = [pages.indexOf(page), place + by];
    const question = page.elements[place];
    const next = pages[at + by];
    if ((to < 0 || to >= page.elements.length) && !next) return;
    this.change(
      () => {
        page.elements.splice(place, 1);
        if (to >= 0 && to <= page.elements.length) page.elements.splice(to, 0, question);
        else if (by < 0) next.elements.push(question);
        else next.elements.unshift(question);
      },
      { focus: `${question.name}/${by < 0 ? "up" : "down"}` },
    );
  }

  render(focus) {
    const key = focus ?? document.activeElement?.dataset?.key;
    this.root.replaceChildren(this.head(), ...this.doc.pages.map((page, place) => this.page(page, place)), this.foot());
    const found = key && this.root.querySelector(`[data-key="${CSS.escape(key)}"]:not([disabled])`);
    if (found) {
      found.focus({ preventScroll: !focus });
      if (focus) found.closest(".ask, .item")?.scrollIntoView({ block: "nearest" });
    }
    this.summaries();
    document.dispatchEvent(new CustomEvent("builder-shown", { detail: this }));
  }

  head() {
    return make(
      "section", { className: "card builder-head" },
      textField(this, this.doc, "title", say("survey_title"), { key: "survey/title", placeholder: say("title_example") }),
      textField(this, this.doc, "description", say("survey_about"), { key: "survey/about", rows: 2 }),
    );
  }

  page(page, place) {
    const { pages } = this.doc;
    const move = (by) => this.change(() => pages.splice(place + by, 0, ...pages.splice(place, 1)), { focus: `page${place + by}/${by < 0 ? "up" : "down"}` });
    return make(
      "section", { className: "builder-page", "aria-label": say("page", { n: place + 1 }) },
      make(
        "div", { className: "builder-page-head" },
        make("h2", {}, say("page", { n: place + 1 })),
        make("div", { className: "row" },
          iconButton("up", say("page_up", { n: place + 1 }), () => move(-1), { disabled: place === 0, "data-key": `page${place}/up` }),
          iconButton("down", say("page_down", { n: place + 1 }), () => move(1), { disabled: place === pages.length - 1, "data-key": `page${place}/down` }),
          iconButton("trash", say("page_delete", { n: place + 1 }), () => this.change(() => pages.splice(place, 1)), { disabled: pages.length === 1 }),
        ),
      ),
      pages.length > 1 || page.title ? textField(this, page, "title", say("page_title"), { key: `page${place}/title` }) : null,
      make("ol", { className: "questions" }, ...page.elements.map((question, at) => this.question(page, question, at))),
      page.elements.length ? null : make("p", { className: "builder-empty" }, say("empty_page")),
      make("div", { className: "row" }, button(say("add_question"), () => this.choose(page), place === 0 && !page.elements.length ? "primary" : "", "plus")),
    );
  }

  question(page, question, place) {
    const isOpen = this.opened !== null && this.opened === question.name;
    const last = this.doc.pages.at(-1) === page && place === page.elements.length - 1;
    const first = this.doc.pages[0] === page && place === 0;
    const id = `q-${question.name}`;
    const toggle = make(
      "button",
      {
        type: "button", className: "question-toggle", "aria-expanded": String(isOpen), "aria-controls": id, "data-key": `${question.name}/toggle`,
        onclick: () => {
          this.opened = isOpen ? null : question.name;
          this.render(isOpen ? `${question.name}/toggle` : `${question.name}/title`);
        },
      },
      icon(KINDS[kindOf(question)]?.icon ?? "survey"),
      make("span", { className: "question-title" }),
      make("span", { className: "question-badges" }),
    );
    const line = make(
      "div", { className: "question-line" }, make("h3", {}, toggle),
      make("div", { className: "question-buttons" },
        iconButton("up", say("up"), () => this.move(page, place, -1), { disabled: first, "data-key": `${question.name}/up` }),
        iconButton("down", say("down"), () => this.move(page, place, 1), { disabled: last, "data-key": `${question.name}/down` }),
        question.elements ? null : iconButton("copy", say("duplicate"), () => this.duplicate(page, place)),
        iconButton("trash", say("delete"), () => this.remove(page, place)),
      ),
    );
    const made = make("li", { className: `ask ${isOpen ? "open" : ""}` }, line, make("div", { id, hidden: !isOpen }, isOpen ? questionForm(this, question) : null));
    made.question = question;
    return made;
  }

  remove(page, place) {
    const name = page.elements[place].name;
    this.change(() => page.elements.splice(place, 1));
    document.dispatchEvent(new CustomEvent("builder-removed", { detail: { name } }));
  }

  foot() {
    const add = () => this.change(() => {
      const names = new Set(this.doc.pages.map((page) => page.name));
      let number = this.doc.pages.length + 1;
      while (names.has(`page${number}`)) number += 1;
      this.doc.pages.push({ name: `page${number}`, elements: [] });
    });
    return make("div", { className: "row" }, button(say("add_page"), add, "", "plus"));
  }

  /** Keep the closed line of each question in step with what is in it. */
  summaries() {
    for (const line of this.root.querySelectorAll(".ask")) {
      const { question } = line;
      const kind = kindOf(question);
      const plain = (text) => text.replace(/<[^>]*>/g, " ").trim();
      const title = plain(shownOf(question, "title", this.language, this.own) || shownOf(question, "html", this.language, this.own));
      line.querySelector(".question-title").replaceChildren(
        make("span", { className: title ? "" : "soft" }, title || question.name || say("untitled")),
        make("span", { className: "sub" }, `${say(kind ? `kind_${kind}` : "kind_else")} · ${question.name ?? ""}`),
      );
      const badges = [];
      if (question.isRequired) badges.push(make("span", { className: "badge" }, say("required_badge")));
      if (question.visibleIf) badges.push(make("span", { className: "badge note" }, say("condition_badge")));
      if (question.visible === false) badges.push(make("span", { className: "badge warn" }, say("hidden_badge")));
      line.querySelector(".question-badges").replaceChildren(...badges);
    }
  }

  /** The languages to write in: those of the definition, and those that were just chosen. */
  languages() {
    return [...new Set([...languagesOf(this.doc), ...this.extra])];
  }

  speakIn(language) {
    this.extra.add(language);
    this.language = language;
    this.render();
    this.told(this.doc);
  }
}

