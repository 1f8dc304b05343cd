// The entry: reads what the server put into the page, shows the survey, and ties the parts together.
import "survey-js-ui";

import { Draft } from "./draft.js";
import { showRefusal } from "./refusals.js";
import { element, paragraph, readData, say, tell } from "./page.js";
import { createSurvey, loadLanguage, plainIcons, thanksOf } from "./model.js";
import { preview } from "./preview.js";
import { followProgress } from "./progress.js";
import { offerSaving } from "./saving.js";
import { Sender } from "./sending.js";
import { takeFiles } from "./uploads.js";

const data = readData();
const started = new Date().toISOString();

/** What is sent to the server, completed or not. */
function submission(survey, completed) {
  return {
    answers: survey.data,
    lang: survey.locale || data.languages[0],
    started_at: survey.startedAt,
    completed,
    token: data.token ?? undefined,
    collector: data.collector ?? undefined,
    hidden: data.hidden,
    page: completed ? undefined : survey.currentPageNo,
  };
}

/** Show the page of thanks, or go where the survey's author wants people to go. */
function thank(survey) {
  const { html, url } = thanksOf(survey, data);
  if (url && !data.preview) {
    location.assign(url);
    return;
  }
  survey.dispose();
  const main = element("main");
  main.className = "notice notice-thanks";
  main.innerHTML = html || "<h1></h1><p></p>";
  if (!html) {
    main.querySelector("h1").textContent = say("thanks_title");
    main.querySelector("p").textContent = say("thanks_text");
  }
  const about = paragraph(element("title").textContent);
  about.className = "about";
  main.prepend(about);
  document.querySelector(".top").remove();
  element("save").hidden = true;
  main.tabIndex = -1;
  main.focus();
  scrollTo(0, 0);
}

/** Wait for what the server says to the answers; until then nothing can be changed. */
async function settle(survey, draft, send) {
  const root = element("survey");
  if (root.inert) return;
  root.inert = element("save").disabled = true;
  tell(say("sending"));
  const refusal = await send();
  root.inert = element("save").disabled = false;
  if (refusal) {
    showRefusal(survey, refusal);
    return;
  }
  draft.forget();
  tell("");
  thank(survey);
}

async function start() {
  plainIcons();
  await loadLanguage(data.languages[0]);
  await loadLanguage(data.language);
  const survey = createSurvey(data);
  const sender = new Sender(data);
  const draft = new Draft(data);
  survey.startedAt = draft.restore(survey) ?? started;
  draft.follow(survey);
  survey.onCompleting.add((_, options) => {
    options.allow = false;
    settle(survey, draft, () => sender.send(submission(survey, true)));
  });
  takeFiles(survey, data);
  followProgress(survey, data);
  offerSaving(survey, data, draft, () => submission(survey, false));
  const root = element("survey");
  root.replaceChildren();
  survey.render(root);
  if (data.token) sender.opened();
  if (sender.hasWaiting()) await settle(survey, draft, () => sender.resume());
}

if (data.preview) {
  plainIcons();
  preview(data, (survey) => thank(survey));
} else {
  start();
}
