// Asks SurveyJS itself: reads {"expressions": [[text, values], …], "surveys": [[definition, answers], …]} from
// standard input and writes what survey-core makes of them. The clock stands at 2024-05-15 10:30 UTC.
process.env.TZ = "UTC";
const NOW = Date.UTC(2024, 4, 15, 10, 30);
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length) super(...args);
    else super(NOW);
  }
  static now() {
    return NOW;
  }
};
console.warn = console.error = () => {};
const { Model } = require("survey-core");

let kept = {};

function holding(values) {
  const text = JSON.stringify(values);
  if (kept.text !== text) {
    kept = { text, survey: new Model({ elements: [] }) };
    kept.survey.data = values;
  }
  return kept.survey;
}

function value(text, values) {
  const survey = holding(values);
  const found = survey.runExpression(text);
  if (typeof found === "number" && !Number.isFinite(found)) return String(found);
  return found === undefined ? null : found;
}

function verdict(definition, answers) {
  const survey = new Model(definition);
  survey.data = answers;
  const shown = survey.getAllQuestions().filter((question) => question.isVisible && question.isParentVisible);
  const wrong = shown.filter((question) => !question.validate(false));
  const names = (questions) => questions.map((question) => question.name).sort();
  return { shown: names(shown), wrong: names(wrong) };
}

function safely(work) {
  try {
    return work();
  } catch (error) {
    return { failed: String(error.message).slice(0, 100) };
  }
}

let text = "";
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", () => {
  const { expressions, surveys } = JSON.parse(text);
  const found = {
    expressions: expressions.map(([expression, values]) => safely(() => value(expression, values))),
    surveys: surveys.map(([definition, answers]) => safely(() => verdict(definition, answers))),
  };
  process.stdout.write(JSON.stringify(found));
});
