// Sends answers so that they arrive once: what is sent is kept on the device, with its key, until the server has
// answered; a retry and a double click carry the same key.

import { alert, button, paragraph, say } from "./page.js";
import { Shelf } from "./shelf.js";

const PAUSES = [1, 2, 4, 8, 15, 30, 60];

/** A random key for a request. (`crypto.randomUUID` exists on secure pages only.) */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The server's answer; `null` when there was none, or one that asks to try again. */
export async function post(address, text, key) {
  const headers = { "Content-Type": "application/json", ...(key && { "Idempotency-Key": key }) };
  let reply;
  try {
    reply = await fetch(address, { method: "POST", body: text, headers, credentials: "omit", cache: "no-store" });
  } catch {
    return null;
  }
  const body = await reply.json().catch(() => ({}));
  // 409: the same request is being stored right now.
  const again = reply.status >= 500 || reply.status === 429 || reply.status === 409;
  return again ? null : { ok: reply.ok, status: reply.status, body };
}

/** Sends completed answers, however long it takes. */
export class Sender {
  constructor(data) {
    this.data = data;
    this.shelf = new Shelf("localStorage", data);
  }

  /** Whether answers of an earlier visit have not been sent yet. */
  hasWaiting() {
    return this.shelf.get() !== null;
  }

  /** Send answers. Gives nothing when the server has them, and what it said when it did not take them. */
  async send(answers) {
    const waiting = { text: JSON.stringify(answers), key: newKey() };
    this.shelf.put(waiting);
    return this.resume(waiting);
  }

  /** Send what waits. */
  async resume({ text, key } = this.shelf.get()) {
    for (let attempt = 0; ; attempt++) {
      const reply = await post(`${this.data.api}/submissions`, text, key);
      if (reply) {
        alert();
        this.shelf.clear();
        return reply.ok ? null : reply;
      }
      await this.pause(PAUSES[Math.min(attempt, PAUSES.length - 1)]);
    }
  }

  /** Say that nothing was sent, and wait: so many seconds, or for the connection, or for a press. */
  pause(seconds) {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        removeEventListener("online", go);
        resolve();
      };
      const timer = setTimeout(go, seconds * 1000);
      addEventListener("online", go);
      const title = document.createElement("h2");
      title.textContent = say("unsent_title");
      alert(title, paragraph(say("unsent_text")), button(say("retry"), go));
    });
  }

  /** Tell the server that the person is here; a failure does not matter. */
  opened() {
    post(`${this.data.api}/opened`, JSON.stringify({ token: this.data.token }));
  }
}
