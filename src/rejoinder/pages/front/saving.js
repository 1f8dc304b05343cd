// Save and continue later.
import { alert, button, element, paragraph, say, tell } from "./page.js";
import { showRefusal } from "./refusals.js";
import { newKey, post } from "./sending.js";

/** Tie the button: save what is there, then show how to come back. */
export function offerSaving(survey, data, draft, submission) {
  const save = element("save");
  save.hidden = survey.visiblePages.length < 2 && survey.getAllQuestions().length < 4 && !data.token;
  let sent = {};
  save.addEventListener("click", async () => {
    save.disabled = true;
    tell(say("saving"));
    const text = JSON.stringify(submission());
    if (sent.text !== text) sent = { text, key: newKey() };
    const reply = await post(`${data.api}/submissions`, text, sent.key);
    save.disabled = false;
    if (reply?.ok) {
      sent = {};
      alert();
      draft.forget();
      adopt(data, reply.body.link);
      show(reply.body.link, save);
    } else if (reply) {
      showRefusal(survey, reply);
    } else {
      alert(paragraph(say("unsaved_text")));
      scrollTo(0, 0);
    }
  });
}

/** From now on this page is the personal one that the server made. */
function adopt(data, link) {
  const { pathname } = new URL(link);
  data.token = decodeURIComponent(pathname.split("/").pop());
  history.replaceState(null, "", pathname);
}

/** Say that it is saved, and show the way back. */
function show(link, from) {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "saved");
  const title = Object.assign(document.createElement("h2"), { id: "saved", textContent: say("saved_title") });
  const field = Object.assign(document.createElement("input"), { value: link, readOnly: true });
  field.setAttribute("aria-label", say("link"));
  field.addEventListener("focus", () => field.select());
  const leave = button(say("go_on"), () => dialog.close());
  leave.className = "quiet";
  const take = button(say("copy"), () => copy(field, take));
  take.autofocus = true;
  const actions = Object.assign(document.createElement("div"), { className: "actions" });
  actions.append(take, leave);
  dialog.append(title, paragraph(say("saved_link")), field, actions);
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
