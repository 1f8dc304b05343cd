// When a question is shown: simple conditions over other questions, written as an expression.
import { button, field, iconButton, make, say, select } from "./parts.js";
import { shownOf } from "./texts.js";

const SIMPLE = /^\{([^{}]+)\} (=|<>|>|<|>=|<=|contains|notcontains|anyof|empty|notempty)(?: ('(?:[^'\\]|\\.)*'|-?[\d.]+|true|false))?$/;
const BARE = ["empty", "notempty"];

/** An expression as conditions and the word between them; nothing when it is not that simple. */
export function parsed(text) {
  if (!text) return { joint: "and", parts: [] };
  const joint = / or /.test(text) ? "or" : "and";
  const parts = [];
  for (const piece of text.split(joint === "or" ? " or " : " and ")) {
    const found = SIMPLE.exec(piece.trim().replace(/^\((.*)\)$/, "$1"));
    if (!found) return null;
    const value = found[3]?.startsWith("'") ? found[3].slice(1, -1).replace(/\\(.)/g, "$1") : (found[3] ?? "");
    parts.push({ name: found[1], test: found[2], value });
  }
  return { joint, parts };
}

/** Conditions as an expression. */
export function printed({ joint, parts }) {
  const quoted = (value) => (/^-?\d+(\.\d+)?$/.test(value) || value === "true" || value === "false" ? value : `'${value.replace(/['\\]/g, "\\$&")}'`);
  return parts.map(({ name, test, value }) => `{${name}} ${test}${BARE.includes(test) ? "" : ` ${quoted(value)}`}`).join(` ${joint} `);
}

/** The form of a question's condition. */
export function conditionForm(shop, question) {
  const rule = parsed(question.visibleIf);
  const store = (next) => shop.change(() => (next.parts.length ? (question.visibleIf = printed(next)) : delete question.visibleIf));
  if (!rule) {
    return field(say("condition"), question.visibleIf, (text) => shop.write(() => (text ? (question.visibleIf = text) : delete question.visibleIf)), { hint: say("condition_hint") });
  }
  const others = shop.questions().filter((other) => other !== question && other.name && other.type !== "html");
  const add = () => store({ ...rule, parts: [...rule.parts, { name: others[0].name, test: "notempty", value: "" }] });
  const lines = rule.parts.map((part, place) => {
    const put = (change) => store({ ...rule, parts: rule.parts.map((one, at) => (at === place ? { ...one, ...change } : one)) });
    return make(
      "div", { className: "condition" },
      select(say("question"), namesOf(shop, others, part.name), part.name, (name) => put({ name, value: "" }), { hidden: true }),
      select(say("test"), testsFor(others.find((one) => one.name === part.name)), part.test, (test) => put({ test }), { hidden: true }),
      BARE.includes(part.test) ? null : valueField(shop, others.find((one) => one.name === part.name), part, put, () => rule),
      iconButton("close", say("delete_condition"), () => store({ ...rule, parts: rule.parts.filter((_, at) => at !== place) })),
    );
  });
  return make(
    "fieldset", { className: "field conditions" },
    make("legend", {}, say("shown_if")),
    rule.parts.length ? null : make("p", { className: "hint" }, say("always")),
    ...lines,
    make(
      "div", { className: "row" },
      others.length ? button(say("add_condition"), add, "", "plus") : make("span", { className: "hint" }, say("no_others")),
      rule.parts.length > 1 ? select(say("joint"), [["and", say("all_of")], ["or", say("any_of")]], rule.joint, (joint) => store({ ...rule, joint }), { hidden: true }) : null,
    ),
  );
}

function namesOf(shop, others, wanted) {
  const known = others.map((one) => [one.name, (shownOf(one, "title", shop.language, shop.own) || one.name).slice(0, 60)]);
  return known.some(([name]) => name === wanted) ? known : [[wanted, wanted], ...known];
}

function testsFor(other) {
  const many = other?.type === "checkbox" || other?.type === "tagbox";
  const tests = many ? ["contains", "notcontains"] : ["=", "<>", ">", "<", ">=", "<=", "contains"];
  return [...tests, "notempty", "empty"].map((test) => [test, say(`test_${test}`)]);
}

function valueField(shop, other, part, put) {
  const list = other?.choices ?? (other?.type === "boolean" ? [{ value: "true", text: say("yes") }, { value: "false", text: say("no") }] : null);
  if (Array.isArray(list) && list.length) {
    const codes = list.map((item) => (typeof item === "object" ? [String(item.value), shownOf(item, "text", shop.language, shop.own) || String(item.value)] : [String(item), String(item)]));
    if (!codes.some(([code]) => code === part.value)) codes.unshift([part.value, part.value || "–"]);
    return select(say("value"), codes, part.value, (value) => put({ value }), { hidden: true });
  }
  const id = `${part.name}-value`;
  return make("input", { type: "text", value: part.value, "aria-label": say("value"), id, autocomplete: "off", onchange: (event) => put({ value: event.target.value.trim() }) });
}

