// Writing a mail: placeholders go where the writer is, and a preview follows what is typed.

/** Let a preview follow the form that it mirrors. */
export function mirror(preview, htmx) {
  const form = document.getElementById(preview.dataset.mirrors);
  let waiting = 0;
  const show = () => {
    for (const copy of preview.querySelectorAll("[data-copy-of]")) copy.remove();
    const language = preview.elements.shown.value;
    const suffix = language ? `_${language}` : "";
    for (const name of [`subject${suffix}`, `content${suffix}`]) {
      const copy = document.createElement("input");
      Object.assign(copy, { type: "hidden", name, value: form.elements[name].value });
      copy.dataset.copyOf = name;
      preview.append(copy);
    }
    preview.submit();
    htmx.ajax("POST", preview.dataset.fragment, {
      values: Object.fromEntries(new FormData(preview)),
      target: preview.dataset.into,
      swap: "innerHTML",
    });
  };
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 350);
  };
  form.addEventListener("input", soon);
  preview.elements.shown.addEventListener("change", show);
  form.addEventListener("focusin", ({ target }) => {
    const language = target.closest("[data-language]")?.dataset.language ?? "";
    if (!target.dataset.takes || preview.elements.shown.value === language) return;
    preview.elements.shown.value = language;
    show();
  });
  show();
}

let last = null;
document.addEventListener("focusin", ({ target }) => {
  if (target.dataset.takes) last = target;
});

/** Write a placeholder where the writer was last. */
export function insert(button) {
  const field = last?.isConnected ? last : button.form.elements.content;
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}
