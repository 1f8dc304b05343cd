// Where one is in the survey, and in which language.
import { loadLanguage } from "./model.js";
import { alert, element, say, speak, tell } from "./page.js";

/** Keep the head of the page in step with the survey, and the focus with its pages. */
export function followProgress(survey, data) {
  const bar = element("progress");
  const meter = bar.querySelector("progress");
  const place = () => ({ page: survey.currentPageNo + 1, pages: survey.visiblePages.length });
  const show = () => {
    const at = place();
    bar.hidden = !survey.wantsProgress || at.pages < 2 || survey.state !== "running";
    meter.value = at.pages ? (at.page - 0.5) / at.pages : 0;
    meter.setAttribute("aria-label", say("progress", at));
    bar.querySelector("span").textContent = say("progress", at);
    const title = survey.processedTitle;
    if (title) document.title = element("title").textContent = title;
    element("about").textContent = survey.locDescription.textOrHtml;
  };
  let moved = false;
  survey.onCurrentPageChanged.add(() => {
    // Where the renderer goes to a question, it takes the focus there itself.
    moved = !survey.focusingQuestionInfo;
    alert();
    show();
  });
  survey.onAfterRenderPage.add((_, { htmlElement }) => {
    if (!moved) return;
    moved = false;
    htmlElement.tabIndex = -1;
    htmlElement.focus({ preventScroll: true });
    document.querySelector(".top").scrollIntoView();
    tell(say("progress", place()));
  });
  survey.onValidatePage.add((_, { questions }) => questions.length && uncover(questions[0], bar));
  survey.onPageVisibleChanged.add(show);
  survey.onValueChanged.add(show);
  survey.onStarted.add(show);
  show();
  offerLanguages(survey, show);
}

/** Bring a question with its error out from under the bar; the renderer does not know of it. */
function uncover(question, bar) {
  const look = () => {
    const hidden = bar.getBoundingClientRect().bottom + 8 - document.getElementById(question.id)?.getBoundingClientRect().top;
    if (hidden > 0) scrollBy(0, -hidden);
  };
  requestAnimationFrame(() => requestAnimationFrame(look));
}

function offerLanguages(survey, show) {
  const choice = element("language");
  choice?.addEventListener("change", async () => {
    await loadLanguage(choice.value);
    survey.locale = choice.value;
    speak(choice.value);
    const address = new URL(location.href);
    address.searchParams.set("lang", choice.value);
    history.replaceState(null, "", address);
    show();
  });
}
