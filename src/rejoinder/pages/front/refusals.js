// What the server did not take, shown at its questions.
import { CustomError } from "survey-core";

import { alert, button, paragraph, say, has } from "./page.js";

/** The question inside of another that the rest of a name means: `[0].age`, `.row.column`, `.item`. */
function inside(question, rest) {
  const steps = rest.match(/\[\d+\]|[^.[\]]+/g) ?? [];
  const numbered = steps[0]?.startsWith("[");
  const number = numbered && Number(steps[0].slice(1, -1));
  const type = question.getType();
  if (type === "paneldynamic" && numbered) return question.panels[number]?.getQuestionByName(steps[1]);
  if (type === "matrixdynamic" && numbered) return question.visibleRows[number]?.getQuestionByName(steps[1]);
  if (type === "matrixdropdown") {
    return question.visibleRows.find((row) => row.rowName === steps[0])?.getQuestionByName(steps[1]);
  }
  if (type === "multipletext") return question.items.find((item) => item.name === steps[0])?.editor;
  return null;
}

/** The question that a name of the server means, the innermost one that is shown. */
function find(survey, name) {
  const named = (q) => q.valueName || q.name;
  const asked = survey.getAllQuestions().filter((q) => name === named(q) || /^[.[]/.test(name.slice(named(q).length)));
  const outer = asked
    .filter((q) => name.startsWith(named(q)))
    .sort((a, b) => named(b).length - named(a).length)[0];
  return outer ? inside(outer, name.slice(named(outer).length)) ?? outer : null;
}

/** Show each bad answer at its question, and all of them above the survey; go to the first. */
export function showRefusal(survey, { status, body }) {
  const asked = new Map();
  const rest = [];
  for (const [name, text] of Object.entries(body.fields ?? {})) {
    const question = find(survey, name);
    if (question) asked.set(question, [...(asked.get(question) ?? []), text]);
    else rest.push(text);
  }
  const first = asked.keys().next().value;
  first?.focus(true);
  for (const [question, texts] of asked) {
    for (const text of texts) question.addError(new CustomError(text, survey));
  }
  const list = document.createElement("ul");
  for (const question of asked.keys()) {
    const item = document.createElement("li");
    item.append(button(question.processedTitle || question.name, () => question.focus(true)));
    list.append(item);
  }
  for (const text of rest) list.append(Object.assign(document.createElement("li"), { textContent: text }));
  if (list.children.length) alert(paragraph(say("check")), list);
  else alert(paragraph(said(status, body)));
  if (!first) scrollTo(0, 0);
}

/** Why nothing was taken at all. */
function said(status, body) {
  if (has(`${body.error}_title`)) return `${say(`${body.error}_title`)}. ${say(`${body.error}_text`)}`;
  return status === 412 ? say("changed") : say("refused", { message: body.message ?? String(status) });
}
