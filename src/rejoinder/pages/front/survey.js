// The entry: reads what the server put into the page, shows the survey, and ties the parts together.
import "survey-js-ui";

import { Draft } from "./draft.js";
import { showRefusal } from "./refusals.js";
import { element, readData, say, tell } from "./page.js";
import { createSurvey, loadLanguage, plainIcons, thanksOf } from "./model.js";
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
  if (url) {
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
  element("save").hidden = true;
  document.querySelector(".languages")?.remove();
  main.tabIndex = -1;
  main.focus();
  scrollTo(0, 0);
}

/** Send the completed survey; the questions stay as they are until the server has them. */
async function complete(survey, sender, draft) {
  const root = element("survey");
  if (root.inert) return;
  root.inert = true;
  tell(say("sending"));
  const refusal = await sender.send(submission(survey, true));
  root.inert = false;
  if (refusal) {
    showRefusal(survey, refusal);
    return;
  }
  draft.forget();
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
    complete(survey, sender, draft);
  });
  takeFiles(survey, data);
  followProgress(survey, data);
  offerSaving(survey, data, draft, () => submission(survey, false));
  const root = element("survey");
  root.replaceChildren();
  survey.render(root);
  if (data.token) sender.opened();
  if (sender.hasWaiting()) {
    root.inert = true;
    const refusal = await sender.resume();
    root.inert = false;
    if (refusal) showRefusal(survey, refusal);
    else thank(survey);
  }
}

start();
