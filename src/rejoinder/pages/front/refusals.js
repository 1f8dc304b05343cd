// What the server did not take, shown at its questions.
import { CustomError } from "survey-core";

import { alert, button, paragraph, say } from "./page.js";

/** The question that a name of the server means: `q1`, `q1.row`, `q1[0].q2`. */
function find(survey, name) {
  for (let known = name; known; known = known.replace(/(\.[^.[\]]*|\[[^[\]]*\]|[^.[\]]+)$/, "")) {
    const found = survey.getQuestionByName(known) ?? survey.getAllQuestions().find((q) => q.valueName === known);
    if (found) return found;
  }
  return null;
}

/** Show each bad answer at its question, and all of them above the survey; go to the first. */
export function showRefusal(survey, { status, body }) {
  const asked = new Map();
  const rest = [];
  for (const [name, text] of Object.entries(body.fields ?? {})) {
    const question = find(survey, name);
    if (!question) rest.push(text);
    else asked.set(question, [...(asked.get(question) ?? []), text]);
  }
  for (const [question, texts] of asked) {
    for (const text of texts) question.addError(new CustomError(text, survey));
  }
  const list = document.createElement("ul");
  for (const question of asked.keys()) {
    const item = document.createElement("li");
    item.append(button(question.processedTitle || question.name, () => question.focus()));
    list.append(item);
  }
  for (const text of rest) list.append(Object.assign(document.createElement("li"), { textContent: text }));
  const first = asked.keys().next().value;
  if (list.children.length) alert(paragraph(say("check")), list);
  else alert(paragraph(said(status, body)));
  if (first) first.focus(true);
  else scrollTo(0, 0);
}

/** Why nothing was taken at all. */
function said(status, body) {
  if (body.state) return `${say(`${body.state}_title`)}. ${say(`${body.state}_text`)}`;
  if (status === 412) return say("changed");
  return say("refused", { message: body.message ?? String(status) });
}
