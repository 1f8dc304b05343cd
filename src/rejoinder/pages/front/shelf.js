// What is kept on the device.

/** Keeps one value under a name, where the browser allows it. */
export class Shelf {
  constructor(storage, name) {
    this.name = name;
    try {
      this.storage = window[storage];
    } catch {
      this.storage = null;
    }
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
