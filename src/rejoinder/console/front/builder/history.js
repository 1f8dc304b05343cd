// What a document was before: undo and redo. What is typed in one go is one step.
const MOST = 200;
const PAUSE = 900;

export class History {
  constructor(document_) {
    this.past = [];
    this.future = [];
    this.now = JSON.stringify(document_);
    this.at = 0;
  }

  /** Remember the document as it is. `step` — a step of its own, whatever came just before. */
  take(document_, step = false) {
    const text = JSON.stringify(document_);
    if (text === this.now) return;
    const moment = Date.now();
    if (step || moment - this.at > PAUSE || !this.past.length) this.past.push(this.now);
    if (this.past.length > MOST) this.past.shift();
    this.at = step ? 0 : moment;
    this.now = text;
    this.future = [];
  }

  undo() {
    return this.go(this.past, this.future);
  }

  redo() {
    return this.go(this.future, this.past);
  }

  go(from, to) {
    if (!from.length) return null;
    to.push(this.now);
    this.now = from.pop();
    this.at = 0;
    return JSON.parse(this.now);
  }
}
