// What is wrong with a form, shown where it is.

/** Forget what was shown before. */
export function clearProblems(form) {
  const top = form.querySelector(".form-problem");
  if (top) top.hidden = true;
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const line of form.querySelectorAll(".field-problem")) {
    line.textContent = "";
    line.hidden = true;
  }
}

/** Show a problem: each of its fields at the field, the rest at the top of the form. */
export function showProblem(form, { title, text, fields }) {
  let first = null;
  for (const [name, sentence] of Object.entries(fields ?? {})) {
    const input = form.elements[name] ?? form.elements[`${name}[]`];
    const field = input?.closest?.(".field") ?? input?.[0]?.closest(".field");
    const line = field?.querySelector(".field-problem");
    if (!line) continue;
    line.textContent = sentence;
    line.hidden = false;
    const at = input.length && !input.tagName ? input[0] : input;
    at.setAttribute("aria-invalid", "true");
    first ??= at;
  }
  const top = form.querySelector(".form-problem");
  if (first) {
    first.focus();
    return;
  }
  top.textContent = text || title;
  top.hidden = false;
  top.focus();
}
