// The survey itself: a definition made safe to show, in a language.
import DOMPurify from "dompurify";
import languages from "languages";
import { Model, Serializer, SvgRegistry, surveyLocalization } from "survey-core";

const OFF = ["surveyId", "surveyPostId", "cookieName", "sendResultOnPageNext"];

/** The content policy forbids styles inside of HTML; two icons of the renderer have one, which page.css replaces. */
export function plainIcons() {
  for (const [name, icon] of Object.entries(SvgRegistry.icons)) {
    SvgRegistry.icons[name] = icon.replace(/ style="[^"]*"/g, "");
  }
}

/** Load the renderer's words for a language, or for the one that it is a dialect of. */
export async function loadLanguage(code) {
  const load = languages[code.toLowerCase()] ?? languages[code.toLowerCase().split(/[-_]/)[0]];
  if (load && code !== "en") await load();
}

/** HTML that a definition asks for, without anything that could act. */
export function clean(html) {
  return DOMPurify.sanitize(html, { ADD_ATTR: ["target"], FORBID_TAGS: ["form", "style"], FORBID_ATTR: ["style"] });
}

/** The definition without what would send answers elsewhere or put files into them. */
function prepared(definition) {
  const walk = (node) => {
    if (Array.isArray(node)) return node.map(walk);
    if (node === null || typeof node !== "object") return node;
    const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, walk(value)]));
    if (copy.type === "file" || copy.cellType === "file") {
      copy.storeDataAsText = false;
      copy.waitForUpload = true;
    }
    return copy;
  };
  const made = walk(definition);
  for (const key of OFF) delete made[key];
  return made;
}

/** Clean the HTML of a definition; what people answered, or an address said, is text in it. */
function showOnlyHarmless(survey) {
  const process = survey.processHtml.bind(survey);
  let inside = false;
  survey.onProcessDynamicText.add((_, part) => {
    if (inside && part.isExists) part.value = escaped(part.value);
  });
  survey.processHtml = (html, reason) => {
    inside = true;
    try {
      return clean(process(html, reason));
    } finally {
      inside = false;
    }
  };
}

function escaped(value) {
  const text = document.createElement("p");
  text.textContent = String(value ?? "");
  return text.innerHTML;
}

/** A renderer's model of the survey, with what was answered before. */
export function createSurvey(data) {
  // A scale is shown as its buttons, on phones too, where the definition does not want something else.
  Serializer.findProperty("rating", "displayMode").defaultValue = "buttons";
  // A property of ours: what a survey measures with a question.
  Serializer.addProperty("question", { name: "metric", visible: false });
  // Texts under "default" are in the survey's own language.
  surveyLocalization.defaultLocale = data.languages[0];
  const survey = new Model(prepared(data.definition));
  showOnlyHarmless(survey);
  survey.locale = data.language;
  survey.showTitle = false;
  survey.wantsProgress = ![false, "off"].includes(data.definition.showProgressBar);
  survey.showProgressBar = false;
  survey.showCompletePage = false;
  survey.autoFocusFirstQuestion = false;
  for (const [name, value] of Object.entries(data.hidden)) survey.setVariable(name, value);
  if (data.answers) survey.data = data.answers;
  if (data.at) survey.currentPageNo = data.at;
  return survey;
}

/** What is shown at the end: HTML of the survey's author, or an address to go to. */
export function thanksOf(survey, data) {
  const said = data.definition.completedHtml || data.definition.completedHtmlOnCondition?.length;
  const url = data.thanks_url || survey.navigateToUrl;
  const safe = url && URL.canParse(url, location.href) && /^https?:\/\//i.test(new URL(url, location.href).href);
  return { html: said ? survey.processedCompletedHtml : "", url: safe ? url : "" };
}
