// Texts of a definition: plain, or one for each language with the survey's own under "default".

/** The survey's own language. */
export const ownOf = (doc) => doc.locale || "en";

const CODE = /^[a-z]{2,3}([-_][A-Za-z0-9]{2,8})?$/;
const isTexts = (value) =>
  value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length > 0 &&
  Object.entries(value).every(([key, text]) => (key === "default" || CODE.test(key)) && typeof text === "string");

/** Every language that the definition has texts in, its own first. */
export function languagesOf(doc) {
  const found = new Set([ownOf(doc)]);
  const walk = (node) => {
    if (Array.isArray(node)) node.forEach(walk);
    else if (isTexts(node)) Object.keys(node).forEach((key) => key !== "default" && found.add(key));
    else if (node && typeof node === "object") Object.values(node).forEach(walk);
  };
  walk(doc);
  return [...found];
}

/** A text of a node in a language; empty when it has none. */
export function textOf(node, key, language, own) {
  const value = node[key];
  if (typeof value === "string") return language === own ? value : "";
  if (!value || typeof value !== "object") return "";
  return (language === own ? (value.default ?? value[own]) : value[language]) ?? "";
}

/** What people see of a text in a language: its own, else the survey's, else any. */
export function shownOf(node, key, language, own) {
  const value = node[key];
  const any = value && typeof value === "object" ? Object.values(value)[0] : "";
  return textOf(node, key, language, own) || textOf(node, key, own, own) || any || "";
}

/** Write a text of a node in a language. */
export function setText(node, key, language, own, text) {
  let value = node[key];
  if (language === own && (value === undefined || typeof value === "string")) {
    if (text) node[key] = text;
    else delete node[key];
    return;
  }
  value = typeof value === "object" && value ? { ...value } : value ? { default: value } : {};
  const place = language === own ? "default" : language;
  if (place === "default") delete value[own];
  if (text) value[place] = text;
  else delete value[place];
  const left = Object.keys(value);
  if (!left.length) delete node[key];
  else node[key] = left.length === 1 && left[0] === "default" ? value.default : value;
}
