// The page around the survey: what the server put there, our words, and what is said to people.

let words = {};
let spoken = "";

export function element(id) {
  return document.getElementById(id);
}

/** Everything that the server told the page. */
export function readData() {
  const data = JSON.parse(element("data").textContent);
  words = data.words;
  spoken = data.language;
  return data;
}

/** Speak another language from now on, where the page itself has words. */
export function speak(language) {
  spoken = language;
  document.documentElement.lang = language;
  document.documentElement.dir = /^(ar|fa|he|ur)\b/.test(language) ? "rtl" : "ltr";
  const label = document.querySelector(".languages label");
  if (label) label.textContent = say("language");
  element("save").textContent = say("save");
}

/** Our words for something, with values put in. */
export function say(key, values = {}) {
  return words[spoken][key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Whether we have words for something. */
export function has(key) {
  return key in words[spoken];
}

/** Tell it to those who listen to the page; nothing is seen. */
export function tell(text) {
  element("status").textContent = text;
}

/** Show a message above the survey; parts are texts and elements. Without parts, none. */
export function alert(...parts) {
  const box = element("alert");
  box.replaceChildren(...parts);
  box.className = parts.length ? "message" : "";
}

/** A button. */
export function button(text, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", press);
  return made;
}

/** A paragraph. */
export function paragraph(text) {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}
