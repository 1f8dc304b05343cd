import { Model } from "survey-core";
import { renderSurvey } from "survey-js-ui";
import languages from "languages";
console.log(Model, renderSurvey, languages);
