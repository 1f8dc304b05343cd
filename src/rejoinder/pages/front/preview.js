// A survey as its author sees it while it is made: the definition comes from the page around this frame, and nothing
// that is answered here goes anywhere.
import { createSurvey, loadLanguage } from "./model.js";
import { element, has, say, speak } from "./page.js";
import { followProgress } from "./progress.js";

let survey;
let blank;

/** Wait for definitions; `thank` shows the page of thanks. */
export function preview(data, thank) {
  blank = [...document.body.children].filter((one) => one.matches(".top, main")).map((one) => one.cloneNode(true));
  addEventListener("message", ({ data: sent, origin, source }) => {
    if (origin === location.origin && source === parent && sent?.type === "preview") show(data, sent, thank);
  });
  document.addEventListener("submit", (event) => event.preventDefault(), true);
  parent.postMessage({ type: "preview-ready" }, location.origin);
}

async function show(data, sent, thank) {
  const before = survey && !sent.afresh ? { answers: survey.data, at: survey.currentPageNo } : {};
  const known = { ...data, ...before, definition: sent.definition, language: sent.language, languages: sent.languages };
  for (const code of sent.languages) known.words[code] ??= known.words[code.split(/[-_]/)[0]] ?? known.words.en;
  await loadLanguage(sent.languages[0]);
  await loadLanguage(sent.language);
  restore();
  speak(sent.language);
  try {
    survey = createSurvey(known);
  } catch {
    return; // half a definition, while somebody writes it
  }
  element("title").textContent = survey.locTitle.textOrHtml || sent.title || "";
  survey.onCompleting.add((_, options) => {
    options.allow = false;
    const done = survey;
    survey = undefined;
    thank(done);
  });
  survey.onUploadFiles.add((_, { callback, files }) => {
    callback(files.map((file) => ({ file, content: "preview/file" })), []);
  });
  followProgress(survey, known);
  const root = element("survey");
  root.replaceChildren();
  survey.render(root);
  if (!survey.visiblePages.length && has("loading")) root.textContent = say("loading");
}

/** The page as it was before somebody came to its end. */
function restore() {
  for (const one of document.querySelectorAll("body > .top, body > main")) one.remove();
  document.body.prepend(...blank.map((one) => one.cloneNode(true)));
}
