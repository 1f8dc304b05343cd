// Pieces of forms, made by script: a field, a tick, a button. Texts come from the page.

let words = {};
let counter = 0;

/** The texts of the builder, as the page gives them. */
export function speak(given) {
  words = given;
}

/** A text of the builder with values in it. */
export function say(key, values = {}) {
  return (words[key] ?? key).replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? "");
}

/** An element with properties (`on…` are listeners) and children. */
export function make(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false || value === null) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && name !== "list" && name !== "form") made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** One of the icons that the page brought along. */
export function icon(name) {
  const found = document.querySelector(`template[data-icon="${name}"]`);
  return found ? found.content.firstElementChild.cloneNode(true) : document.createTextNode("");
}

/** A button with an icon alone; its name is read out and shown as a hint. */
export function iconButton(name, text, press, properties = {}) {
  return make(
    "button",
    { type: "button", className: "button quiet icon-only small", "aria-label": text, title: text, onclick: press, ...properties },
    icon(name),
  );
}

/** A button. */
export function button(text, press, kind = "", name = "") {
  return make("button", { type: "button", className: `button small ${kind}`, onclick: press }, name ? icon(name) : null, text);
}

/** A line to write in. */
export function field(label, value, write, { hint, type = "text", key, placeholder, rows, disabled, min, max } = {}) {
  const id = `b${++counter}`;
  const input = make(rows ? "textarea" : "input", {
    id, value: value ?? "", placeholder, disabled, autocomplete: "off", "data-key": key, "aria-describedby": hint ? `${id}-hint` : undefined,
    ...(rows ? { rows } : { type }), ...(min !== undefined && { min }), ...(max !== undefined && { max }),
    oninput: (event) => write(event.target.value),
  });
  return make("div", { className: "field" }, make("label", { htmlFor: id }, label), input, hint ? make("p", { className: "hint", id: `${id}-hint` }, hint) : null);
}

/** One of several. Options are [value, text]. */
export function select(label, options, value, write, { hidden, key, disabled, hint } = {}) {
  const id = `b${++counter}`;
  const choice = make("select", { id, disabled, "data-key": key, onchange: (event) => write(event.target.value) });
  for (const [code, text] of options) choice.append(make("option", { value: code, selected: code === value }, text));
  return make("div", { className: "field" }, make("label", { htmlFor: id, className: hidden ? "hidden" : "" }, label), choice, hint ? make("p", { className: "hint" }, hint) : null);
}

/** A box to tick. */
export function tick(label, on, write, { hint, key } = {}) {
  const id = `b${++counter}`;
  const box = make("input", { type: "checkbox", id, checked: on, "data-key": key, "aria-describedby": hint ? `${id}-hint` : undefined, onchange: (event) => write(event.target.checked) });
  return make("div", { className: "tick" }, box, make("label", { htmlFor: id }, label), hint ? make("p", { className: "hint", id: `${id}-hint` }, hint) : null);
}

/** Fields beside each other. */
export function row(...children) {
  return make("div", { className: "form-row" }, ...children);
}
