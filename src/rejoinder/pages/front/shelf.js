// What is kept on the device.

/** Keeps one value for a page (which one it is now, `data` says), where the browser allows it. */
export class Shelf {
  constructor(storage, data) {
    this.data = data;
    try {
      this.storage = window[storage];
    } catch {
      this.storage = null;
    }
  }

  get name() {
    return `rejoinder:${this.data.page}/${this.data.token ?? ""}`;
  }

  get() {
    try {
      return JSON.parse(this.storage?.getItem(this.name) ?? "null");
    } catch {
      return null;
    }
  }

  put(value) {
    try {
      this.storage?.setItem(this.name, JSON.stringify(value));
    } catch {
      // Full or forbidden: then only this page knows it.
    }
  }

  clear() {
    this.storage?.removeItem(this.name);
  }
}
