// Save and continue later.
import { alert, button, element, paragraph, say, tell } from "./page.js";
import { showRefusal } from "./refusals.js";
import { newKey, post } from "./sending.js";

/** Tie the button: save what is there, then show how to come back. */
export function offerSaving(survey, data, draft, submission) {
  const save = element("save");
  const personal = Boolean(data.token);
  save.hidden = survey.visiblePages.length < 2 && survey.getAllQuestions().length < 4 && !personal;
  let sent = {};
  save.addEventListener("click", async () => {
    save.disabled = true;
    tell(say("saving"));
    const text = JSON.stringify(submission());
    if (sent.text !== text) sent = { text, key: newKey() };
    const reply = await post(`${data.api}/submissions`, text, sent.key);
    save.disabled = false;
    if (!reply?.ok) {
      if (reply) showRefusal(survey, reply);
      else alert(paragraph(say("unsaved_text")));
      scrollTo(0, 0);
      return;
    }
    if (reply.body.link) adopt(data, reply.body.link);
    sent = {};
    alert();
    draft.forget();
    show(personal ? null : location.href, save);
  });
}

/** From now on this page is the personal one that the server made. */
function adopt(data, link) {
  const address = new URL(link, location.href);
  data.token = decodeURIComponent(address.pathname.split("/").pop());
  history.replaceState(null, "", address.pathname + address.search);
}

/** Say that it is saved; `link` is shown to those who have no other way back. */
function show(link, from) {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "saved");
  const title = Object.assign(document.createElement("h2"), { id: "saved", textContent: say("saved_title") });
  const actions = Object.assign(document.createElement("div"), { className: "actions" });
  dialog.append(title, paragraph(say(link ? "saved_link" : "saved_personal")));
  if (link) {
    const field = Object.assign(document.createElement("input"), { value: link, readOnly: true });
    field.setAttribute("aria-label", say("link"));
    field.addEventListener("focus", () => field.select());
    dialog.append(field);
    actions.append(button(say("copy"), (event) => copy(field, event.currentTarget)));
  }
  actions.append(button(say("go_on"), () => dialog.close()));
  actions.lastChild.className = "quiet";
  dialog.append(actions);
  dialog.addEventListener("close", () => {
    dialog.remove();
    from.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

async function copy(field, pressed) {
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.select();
    document.execCommand("copy");
  }
  pressed.textContent = say("copied");
  tell(say("copied"));
}
