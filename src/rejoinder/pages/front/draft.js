// Answers that were not sent: kept for this tab, so that a reload loses nothing, and a warning before they are lost.
import { Shelf } from "./shelf.js";

function warn(event) {
  event.preventDefault();
  event.returnValue = "";
}

export class Draft {
  constructor(data) {
    this.version = data.version;
    this.shelf = new Shelf("sessionStorage", data);
  }

  /** Bring back what was answered before a reload; gives when that began. */
  restore(survey) {
    const kept = this.shelf.get();
    if (kept?.version !== this.version) return undefined;
    survey.data = kept.answers;
    survey.currentPageNo = kept.page;
    addEventListener("beforeunload", warn);
    return kept.started;
  }

  /** Keep every change. */
  follow(survey) {
    const keep = () => {
      this.shelf.put({
        version: this.version,
        answers: survey.data,
        page: survey.currentPageNo,
        started: survey.startedAt,
      });
      addEventListener("beforeunload", warn);
    };
    survey.onValueChanged.add(keep);
  }

  /** The server has the answers: nothing is left to lose. */
  forget() {
    this.shelf.clear();
    removeEventListener("beforeunload", warn);
  }
}
