// Lists inside a question: options, rows, columns. Each item has a code, which answers keep, and a text.
import { button, iconButton, make, say } from "./parts.js";
import { setText, shownOf, textOf } from "./texts.js";

const valueOf = (item) => (item !== null && typeof item === "object" ? (item.value ?? item.name) : item);

/** An item as an object, so that it can have a text. */
function opened(list, place) {
  if (list[place] === null || typeof list[place] !== "object") list[place] = { value: list[place] };
  return list[place];
}

function freeCode(list, lead) {
  const taken = new Set(list.map((item) => String(valueOf(item))));
  let number = list.length + 1;
  while (taken.has(`${lead}${number}`)) number += 1;
  return `${lead}${number}`;
}

/** The form of a list. `shop` is the builder; `lead` begins the codes of new items. */
export function itemsForm(shop, question, key, lead, label) {
  const list = (question[key] ??= []);
  const { language, own } = shop;
  const move = (from, to) => shop.change(() => list.splice(to, 0, ...list.splice(from, 1)), { focus: `${question.name}/${key}/${to}` });
  const add = (text = "") =>
    shop.change(
      () => {
        const item = { value: freeCode(list, lead) };
        if (text) setText(item, "text", language, own, text);
        list.push(item);
      },
      { focus: `${question.name}/${key}/${list.length}` },
    );
  const line = (item, place) => {
    const number = place + 1;
    const text = typeof item === "object" && item !== null ? textOf(item, "text", language, own) : "";
    const shown = typeof item === "object" && item !== null ? shownOf(item, "text", language, own) : "";
    const input = make("input", {
      type: "text", value: text, autocomplete: "off", "data-key": `${question.name}/${key}/${place}`,
      "aria-label": say("item_text", { list: label, n: number }), placeholder: shown || String(valueOf(item) ?? ""),
      oninput: (event) => shop.write(() => setText(opened(list, place), "text", language, own, event.target.value)),
      onkeydown: (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        add();
      },
      onpaste: (event) => {
        const lines = event.clipboardData.getData("text").split(/\r?\n/).map((one) => one.trim()).filter(Boolean);
        if (lines.length < 2) return;
        event.preventDefault();
        shop.change(() => {
          setText(opened(list, place), "text", language, own, lines[0]);
          for (const more of lines.slice(1)) {
            const fresh = { value: freeCode(list, lead) };
            setText(fresh, "text", language, own, more);
            list.push(fresh);
          }
        });
      },
    });
    const code = make("input", {
      type: "text", className: "code", value: String(valueOf(item) ?? ""), autocomplete: "off", disabled: shop.isSaved(question.name, key, valueOf(item)),
      "aria-label": say("item_code", { list: label, n: number }), title: say("code_hint"),
      onchange: (event) => shop.write(() => {
        const wanted = event.target.value.trim();
        if (wanted && !list.some((other, at) => at !== place && String(valueOf(other)) === wanted)) opened(list, place).value = wanted;
        else event.target.value = String(valueOf(item) ?? "");
      }),
    });
    return make(
      "li", { className: "item" }, input, code,
      iconButton("up", say("up_item", { n: number }), () => place && move(place, place - 1), { disabled: place === 0 }),
      iconButton("down", say("down_item", { n: number }), () => move(place, place + 1), { disabled: place === list.length - 1 }),
      iconButton("close", say("delete_item", { n: number }), () =>
        shop.change(() => list.splice(place, 1), { focus: `${question.name}/${key}/${Math.max(0, place - 1)}` }),
      ),
    );
  };
  return make(
    "fieldset", { className: "field items" },
    make("legend", {}, label),
    make("ol", {}, ...list.map(line)),
    make("div", { className: "row" }, button(say("add_item"), () => add(), "", "plus"), make("span", { className: "hint" }, say("paste_hint"))),
  );
}
