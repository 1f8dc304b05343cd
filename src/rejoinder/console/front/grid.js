// Rows that are chosen in a table: the boxes before them, what is shown while some are, and their numbers in forms.

function boxes() {
  return [...document.querySelectorAll("[data-choose]")];
}

function tell() {
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  const all = boxes();
  const chosen = all.filter((box) => box.checked);
  bar.hidden = chosen.length === 0;
  const count = bar.querySelector("[data-bulk-count]");
  count.textContent = count.dataset.bulkCount.replace("#", chosen.length.toLocaleString(document.documentElement.lang));
  const whole = document.querySelector("[data-choose-all]");
  if (whole) {
    whole.checked = chosen.length > 0 && chosen.length === all.length;
    whole.indeterminate = chosen.length > 0 && !whole.checked;
  }
  for (const place of document.querySelectorAll("[data-bulk-ids]")) {
    place.replaceChildren(
      ...chosen.map((box) => {
        const input = document.createElement("input");
        Object.assign(input, { type: "hidden", name: "respid[]", value: box.dataset.choose });
        return input;
      }),
    );
  }
}

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-choose-all]")) for (const box of boxes()) box.checked = target.checked;
  if (target.matches("[data-choose-all], [data-choose]")) tell();
});
document.addEventListener("htmx:load", tell);
tell();
