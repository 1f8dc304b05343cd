// The form of one question: what all have, then what its type has.
import { conditionForm } from "./conditions.js";
import { itemsForm } from "./items.js";
import { KINDS, kindOf } from "./kinds.js";
import { field, make, row, say, select, tick } from "./parts.js";
import { setText, shownOf, textOf } from "./texts.js";

const whole = (text) => (text === "" || !/^-?\d+$/.test(text.trim()) ? undefined : Number(text));

/** Write a property, or take it away where it says nothing. */
function put(shop, question, key, value) {
  shop.write(() => {
    if (value === undefined || value === "" || value === false) delete question[key];
    else question[key] = value;
  });
}

/** A field for a text in the language that is being written. */
export function textField(shop, node, key, label, options = {}) {
  const { language, own } = shop;
  return field(label, textOf(node, key, language, own), (text) => shop.write(() => setText(node, key, language, own, text)), {
    placeholder: language === own ? options.placeholder : shownOf(node, key, language, own), ...options,
  });
}

const PARTS = {
  choices: (shop, q) => (Array.isArray(q.choices) || !q.choices ? itemsForm(shop, q, "choices", "item", say("options")) : null),
  rows: (shop, q) => itemsForm(shop, q, "rows", "row", say("rows")),
  columns: (shop, q) => itemsForm(shop, q, "columns", "column", say("columns")),
  other: (shop, q) => make(
    "div", { className: "ticks" },
    tick(say("has_other"), q.showOtherItem ?? q.hasOther ?? false, (on) => shop.change(() => {
      delete q.hasOther;
      if (on) q.showOtherItem = true;
      else delete q.showOtherItem;
    }), { key: `${q.name}/other` }),
    tick(say("random"), q.choicesOrder === "random", (on) => put(shop, q, "choicesOrder", on ? "random" : undefined)),
  ),
  none: (shop, q) => make(
    "div", { className: "ticks" },
    tick(say("has_none"), q.showNoneItem ?? q.hasNone ?? false, (on) => put(shop, q, "showNoneItem", on)),
    tick(say("select_all"), q.showSelectAllItem ?? q.hasSelectAll ?? false, (on) => put(shop, q, "showSelectAllItem", on)),
  ),
  look: (shop, q) => select(say("look"), [["radiogroup", say("as_list")], ["dropdown", say("as_dropdown")]], q.type, (type) => shop.change(() => (q.type = type))),
  yesno: (shop, q) => row(
    textField(shop, q, "labelTrue", say("label_true"), { placeholder: say("yes") }),
    textField(shop, q, "labelFalse", say("label_false"), { placeholder: say("no") }),
  ),
  scale: (shop, q) => {
    const fixed = shop.isSaved(q.name);
    return make(
      "div", { className: "stacked-fields" },
      row(
        select(say("measures"), [["", say("nothing")], ["nps", "NPS"], ["csat", "CSAT"], ["ces", "CES"]], q.metric ?? "", (metric) => shop.change(() => {
          if (metric) q.metric = metric;
          else delete q.metric;
        })),
        Array.isArray(q.rateValues) ? null : field(say("from"), q.rateMin ?? 1, (text) => put(shop, q, "rateMin", whole(text)), { type: "number", hint: fixed ? say("scale_hint") : undefined }),
        Array.isArray(q.rateValues) ? null : field(say("to"), q.rateMax ?? 5, (text) => put(shop, q, "rateMax", whole(text)), { type: "number" }),
      ),
      row(
        textField(shop, q, "minRateDescription", say("min_text"), { placeholder: say("min_example") }),
        textField(shop, q, "maxRateDescription", say("max_text"), { placeholder: say("max_example") }),
      ),
    );
  },
  input: (shop, q) => select(
    say("input"),
    ["text", "number", "date", "datetime-local", "email", "tel", "url"].map((type) => [type, say(`input_${type.replace("-local", "")}`)]),
    q.inputType ?? "text", (type) => shop.change(() => (type === "text" ? delete q.inputType : (q.inputType = type))),
    shop.isSaved(q.name) ? { hint: say("input_hint") } : {},
  ),
  limits: (shop, q) => {
    const date = q.inputType?.startsWith("date");
    const value = (text) => (date ? text || undefined : text === "" ? undefined : Number(text));
    const type = date ? q.inputType : "number";
    return row(
      field(say("least"), q.min ?? "", (text) => put(shop, q, "min", value(text)), { type }),
      field(say("most"), q.max ?? "", (text) => put(shop, q, "max", value(text)), { type }),
    );
  },
  length: (shop, q) => field(say("longest"), q.maxLength ?? "", (text) => put(shop, q, "maxLength", whole(text)), { type: "number", min: 1 }),
  file: (shop, q) => make(
    "div", { className: "stacked-fields" },
    row(
      field(say("accepted"), q.acceptedTypes ?? "", (text) => put(shop, q, "acceptedTypes", text.trim()), { placeholder: "image/*, .pdf" }),
      field(say("max_size"), q.maxSize ? q.maxSize / 1e6 : "", (text) => put(shop, q, "maxSize", Number(text) > 0 ? Math.round(Number(text) * 1e6) : undefined), { type: "number", min: 0 }),
    ),
    tick(say("several_files"), q.allowMultiple ?? false, (on) => put(shop, q, "allowMultiple", on)),
  ),
  html: (shop, q) => textField(shop, q, "html", say("html"), { rows: 4, hint: say("html_hint") }),
};

/** The whole form. `shop` is the builder. */
export function questionForm(shop, question) {
  const kind = kindOf(question);
  const parts = kind ? KINDS[kind].parts.map((part) => PARTS[part](shop, question)) : [make("p", { className: "hint" }, say("only_json"))];
  const saved = shop.isSaved(question.name);
  const said = question.type === "html" ? [] : [
    textField(shop, question, "title", say("title"), { rows: 2, key: `${question.name}/title`, placeholder: say("title_example") }),
    ...parts,
    make(
      "div", { className: "ticks" },
      tick(say("required"), question.isRequired ?? false, (on) => shop.change(() => (on ? (question.isRequired = true) : delete question.isRequired)), { key: `${question.name}/required` }),
      tick(say("comment_box"), question.showCommentArea ?? question.hasComment ?? false, (on) => put(shop, question, "showCommentArea", on)),
      tick(say("hidden"), question.visible === false, (on) => shop.change(() => (on ? (question.visible = false) : delete question.visible)), { hint: say("hidden_hint"), key: `${question.name}/hidden` }),
    ),
    textField(shop, question, "description", say("description")),
  ];
  return make(
    "div", { className: "question-form stacked-fields" },
    ...(question.type === "html" ? parts : said),
    conditionForm(shop, question),
    field(say("name"), question.name, (text) => shop.rename(question, text), {
      key: `${question.name}/name`, hint: saved ? say("name_saved") : say("name_hint"), disabled: saved,
    }),
  );
}
