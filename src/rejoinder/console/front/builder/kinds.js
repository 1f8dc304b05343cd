// The types of questions that the builder offers: their icon, what a new one is, and which parts its form has.

const choices = (say) => [1, 2, 3].map((n) => ({ value: `item${n}`, text: say("option", { n }) }));
const rows = (say, key) => [1, 2].map((n) => ({ value: `${key}${n}`, text: say(key, { n }) }));

/** Name → group, icon, a new question, parts of its form. */
export const KINDS = {
  single: { group: "choice", icon: "radio", parts: ["choices", "other", "look"], make: (say) => ({ type: "radiogroup", choices: choices(say) }) },
  multi: { group: "choice", icon: "checks", parts: ["choices", "other", "none"], make: (say) => ({ type: "checkbox", choices: choices(say) }) },
  dropdown: { group: "choice", icon: "select", parts: ["choices", "other", "look"], make: (say) => ({ type: "dropdown", choices: choices(say) }) },
  ranking: { group: "choice", icon: "sort", parts: ["choices"], make: (say) => ({ type: "ranking", choices: choices(say) }) },
  boolean: { group: "choice", icon: "check", parts: ["yesno"], make: () => ({ type: "boolean" }) },
  nps: { group: "scale", icon: "chart", parts: ["scale"], make: () => ({ type: "rating", metric: "nps", rateMin: 0, rateMax: 10 }) },
  csat: { group: "scale", icon: "chart", parts: ["scale"], make: () => ({ type: "rating", metric: "csat", rateMin: 1, rateMax: 5 }) },
  ces: { group: "scale", icon: "chart", parts: ["scale"], make: () => ({ type: "rating", metric: "ces", rateMin: 1, rateMax: 7 }) },
  rating: { group: "scale", icon: "chart", parts: ["scale"], make: () => ({ type: "rating", rateMin: 1, rateMax: 5 }) },
  matrix: {
    group: "scale", icon: "columns", parts: ["rows", "columns"],
    make: (say) => ({ type: "matrix", columns: rows(say, "column"), rows: rows(say, "row") }),
  },
  comment: { group: "text", icon: "chat", parts: ["length"], make: () => ({ type: "comment" }) },
  text: { group: "text", icon: "edit", parts: ["input", "length"], make: () => ({ type: "text" }) },
  number: { group: "text", icon: "number", parts: ["input", "limits"], make: () => ({ type: "text", inputType: "number" }) },
  date: { group: "text", icon: "clock", parts: ["input", "limits"], make: () => ({ type: "text", inputType: "date" }) },
  email: { group: "text", icon: "mail", parts: ["input"], make: () => ({ type: "text", inputType: "email" }) },
  phone: { group: "text", icon: "phone", parts: ["input"], make: () => ({ type: "text", inputType: "tel" }) },
  file: { group: "text", icon: "upload", parts: ["file"], make: () => ({ type: "file" }) },
  html: { group: "text", icon: "info", parts: ["html"], make: () => ({ type: "html" }) },
};

const TYPES = {
  radiogroup: "single", checkbox: "multi", dropdown: "dropdown", tagbox: "multi", ranking: "ranking", boolean: "boolean", matrix: "matrix",
  comment: "comment", file: "file", html: "html", buttongroup: "single",
};
const INPUTS = { number: "number", range: "number", date: "date", "datetime-local": "date", time: "text", email: "email", tel: "phone" };

/** Which of the types a question of a definition is; none for what the builder only moves. */
export function kindOf(question) {
  if (question.type === "rating") return question.metric && KINDS[question.metric] ? question.metric : "rating";
  if (question.type === "text") return INPUTS[question.inputType] ?? "text";
  return TYPES[question.type];
}
