// What the element shows until the wasm is there: the place on the page, and as early as can be the provider's page.

import STYLE from "../../src/view/place.css";
import { linkOf, openFrame, refusal } from "./frame.js";
import { WASM_FILE } from "./wasm.js";

const LONGEST_ANSWER_MS = 15_000;
const LONGEST_HEAD_START_MS = 2_000;

const WORDS = {
  invitation: ["Your photo studio", "Take photos with your camera or upload some, and get headshots made of them."],
  opening: ["Opening your photo studio…", "This takes a moment."],
  widget_unavailable: [
    "The photo studio could not be loaded",
    "Check your internet connection and try again. If that does not help, reload the page or use another browser.",
  ],
  widget_forbidden: [
    "This page stops part of the photo studio from running",
    "It is not your connection. Please tell the people who run this page.",
  ],
  widget_failed: [
    "We can no longer show how far your headshots are",
    "Nothing that you have done is lost. When you have finished in the studio, reload this page.",
  ],
};
const ALL_THE_SAME = "You can use the studio all the same: below, or in a new tab.";
const FRAME_TITLE = "Photo studio";
const START = "Open the photo studio";
const RETRY = "Try again";
const OPEN_TAB = "Open the studio in a new tab";

export class Showing {
  #root;
  #request = new AbortController();
  #listening = new AbortController();
  #violations = [];
  #answer;
  #opened;
  #link;
  #isHandedOver = false;

  constructor(root, { server, session, token }) {
    Object.assign(this, { server, session, token });
    this.#root = root;
    this.document = root.ownerDocument;
    this.view = this.#element("div", { class: "view" });
    this.stage = this.#element("div", { part: "stage", class: "stage skeleton" });
    // The language of what it says, whatever the page's.
    const widget = { part: "widget", class: "widget", lang: "en", dir: "ltr" };
    this.widget = this.#element("div", widget, this.view, this.stage);
    this.#dress();
    this.#say({}, ...WORDS.opening);
    const { signal } = this.#listening;
    this.document.addEventListener("securitypolicyviolation", (event) => this.#violations.push(event), { signal });
  }

  /** Whether this is what is wanted: another token is still the same session, and without any it has not begun. */
  shows({ server, session }, document) {
    return this.token !== "" && this.server === server && this.session === session && this.document === document;
  }

  /** Waits for the person: nothing is loaded before. */
  invite(start) {
    this.#say({}, ...WORDS.invitation);
    this.view.append(this.#element("div", { class: "ways" }, this.#button("start", START, start)));
    this.stage.classList.remove("skeleton");
  }

  /** Asks the server for the session, and opens the provider's page with the answer. */
  ask() {
    this.#say({}, ...WORDS.opening);
    this.stage.classList.toggle("skeleton", !this.stage.firstChild);
    if (this.#answer || this.document.hidden) return;
    const deadline = setTimeout(() => this.#request.abort(), LONGEST_ANSWER_MS);
    this.#answer = fetch(`${this.server.replace(/\/+$/, "")}/v1/sessions/${encodeURIComponent(this.session)}`, {
      headers: { authorization: `Bearer ${this.token}` },
      cache: "no-store",
      credentials: "omit",
      signal: this.#request.signal,
    });
    // The wasm reads the same answer, and says what is wrong with it.
    this.#opened = this.#answer
      .then(async (response) => response.ok && this.#open(await response.clone().json()))
      .catch(() => {})
      .finally(() => clearTimeout(deadline));
  }

  /**
   * The provider's page has been asked for, or will not be soon. Until then the wasm stays away: on a slow line it would
   * take the place of what the page waits for.
   */
  async opened() {
    await Promise.race([this.#opened, new Promise((resolve) => setTimeout(resolve, LONGEST_HEAD_START_MS))]);
  }

  /** What the wasm goes on with: the server's answer, and what the page's policies have stopped so far. */
  handOver() {
    this.#isHandedOver = true;
    this.#listening.abort();
    return [this.#answer, this.#violations];
  }

  /** The header that would let the wasm run, if it is a policy of the page that stops it. */
  async missingHeader() {
    // The news of it comes a little after the failure.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const enforced = this.#violations.filter(({ disposition }) => disposition === "enforce").map((event) => event.blockedURI);
    if (enforced.includes("wasm-eval")) return "Content-Security-Policy: script-src 'self' 'wasm-unsafe-eval'";
    const file = enforced.find((uri) => uri.endsWith(WASM_FILE));
    return file && `Content-Security-Policy: connect-src ${new URL(file).origin}`;
  }

  /** Says what is wrong, and leaves the person every way on that there is. */
  complain(code, retry) {
    const ways = [];
    if (retry) ways.push(this.#button("retry", RETRY, retry));
    if (this.#link) ways.push(this.#button("open-tab", OPEN_TAB, () => open(this.#link, "_blank", "noopener,noreferrer")));
    const words = this.#link ? [...WORDS[code], ALL_THE_SAME] : WORDS[code];
    this.#say({ part: "error", role: "alert", "data-code": code }, ...words);
    this.view.append(this.#element("div", { class: "ways" }, ...ways));
    this.stage.hidden = !this.stage.firstChild;
  }

  end() {
    this.#request.abort();
    this.#listening.abort();
    this.#root.replaceChildren();
  }

  #open(session) {
    const { url, origins } = linkOf(session);
    if (!url || this.#isHandedOver || this.stage.firstChild || refusal(url, origins) !== undefined) return;
    this.#link = url;
    openFrame(this.stage, url, origins, FRAME_TITLE);
    this.stage.classList.remove("skeleton");
  }

  #say(attributes, title, ...details) {
    const focused = this.view.contains(this.#root.activeElement);
    const heading = this.#element("p", { class: "title", tabindex: "-1" }, title);
    const words = details.map((detail) => this.#element("p", { class: "detail" }, detail));
    this.view.replaceChildren(this.#element("div", { class: "status", ...attributes }, heading, ...words));
    this.stage.hidden = false;
    // The button that had it is gone.
    if (focused) heading.focus();
  }

  #button(part, text, act) {
    const button = this.#element("button", { type: "button", part, class: "button" }, text);
    button.addEventListener("click", act);
    return button;
  }

  #element(tag, attributes, ...children) {
    const made = this.document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  /**
   * Adopted sheets need no `style-src` of the page. Where there are none, in old browsers and test environments, an
   * element does; where that is forbidden the widget works without its looks.
   */
  #dress() {
    this.#root.replaceChildren(this.widget);
    const sheet = this.#root.adoptedStyleSheets && constructed(this.document.defaultView);
    if (sheet) this.#root.adoptedStyleSheets = [sheet];
    else this.#root.prepend(this.#element("style", {}, STYLE));
  }
}

/** A sheet belongs to one document, and the element may be in a window that a script has opened. */
function constructed(window) {
  try {
    const sheet = new window.CSSStyleSheet();
    sheet.replaceSync(STYLE);
    return sheet;
  } catch {
    return undefined;
  }
}
