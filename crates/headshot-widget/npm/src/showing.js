// What the element shows until the wasm is there: the place on the page, and as early as can be the provider's page.

import { opening, openingDetail, retry, studio, widgetUnavailable } from "../languages/en.json";
import STYLE from "../../src/view/place.css";
import { linkOf, openFrame, refusal } from "./frame.js";

/** What may have to be said before anything else is loaded. */
const ENGLISH = { opening, openingDetail, retry, studio, widgetUnavailable };
const LONGEST_ANSWER_MS = 15_000;
const LONGEST_HEAD_START_MS = 2_000;
const MOMENT_MS = 60;

export class Showing {
  #root;
  /** Of the request, and of listening for what policies stop until others do. */
  #ended = new AbortController();
  #violations = [];
  #answer;
  #opened;
  /** Whether others say and show everything now. */
  isOver = false;
  /** Says again what it says, in another language. */
  #repeat;
  /** What is said in English. */
  english = ENGLISH;

  constructor(root, { server, session, token, surface }) {
    Object.assign(this, { server, session, token, surface });
    this.#root = root;
    this.document = root.ownerDocument;
    this.view = this.element("div", { class: "view" });
    this.stage = this.element("div", { part: "stage", class: "stage skeleton" });
    // A dialog from the start, so that the stage can come over the page without being moved.
    const room = this.element("dialog", { part: "room", class: "room", open: "" }, this.stage);
    this.widget = this.element("div", { part: "widget", class: "widget" }, this.view, room);
    root.replaceChildren(this.widget);
    root.adoptedStyleSheets &&= [];
    this.dress(STYLE);
    this.say("opening");
    const { signal } = this.#ended;
    this.document.addEventListener("securitypolicyviolation", (event) => this.isOver || this.#violations.push(event), { signal });
  }

  /** Whether this is what is wanted: another token is still the same session, and without any it has not begun. */
  shows({ server, session }, document) {
    return this.token !== "" && this.server === server && this.session === session && this.document === document;
  }

  /** Says everything in the language of these phrases; before, it says nothing. What the wasm says is the wasm's. */
  speak(words) {
    const { lang, dir } = (this.words = words);
    if (this.isOver) return;
    // The language of what it says, whatever the page's.
    Object.assign(this.widget, { lang, dir });
    this.#repeat();
  }

  /** Asks the server for the session, and opens the provider's page with the answer. */
  ask() {
    this.isOver = false;
    this.say("opening");
    this.stage.classList.toggle("skeleton", !this.stage.firstChild);
    if (this.#answer || this.document.hidden) return;
    const deadline = setTimeout(() => this.#ended.abort(), LONGEST_ANSWER_MS);
    this.#answer = fetch(`${this.server.replace(/\/+$/, "")}/v1/sessions/${encodeURIComponent(this.session)}`, {
      headers: { authorization: `Bearer ${this.token}` },
      cache: "no-store",
      credentials: "omit",
      signal: this.#ended.signal,
    }).then(async (response) => {
      const text = await response.text();
      // Who takes over reads the same answer, and says what is wrong with it.
      if (response.ok) try { this.#open(JSON.parse(text)); } catch {}
      return new Response(text, response);
    });
    this.#opened = this.#answer.catch(() => {}).finally(() => clearTimeout(deadline));
  }

  /**
   * The provider's page has been asked for, or will not be soon. Until then the wasm stays away: on a slow line it would
   * take the place of what the page waits for, and the browser needs a moment to send what was asked.
   */
  async opened() {
    await Promise.race([this.#opened, later(LONGEST_HEAD_START_MS)]);
    await later(MOMENT_MS);
  }

  /** What others go on with: the server's answer, once, and what the page's policies have stopped so far. */
  handOver() {
    const answer = this.#answer;
    this.#answer = undefined;
    this.isOver = true;
    return [answer, this.#violations];
  }

  /** Tells person and host what is wrong. */
  complain(code, message, more) {
    const key = code.replace(/_./, (found) => found[1].toUpperCase());
    this.say(key, { part: "error", role: "alert", "data-code": code }, more);
    this.dispatch("error", { code, message, fatal: true });
  }

  /** An event of the element, for the host. */
  dispatch(name, detail) {
    const init = { detail: { session: this.session, ...detail }, bubbles: true, composed: true };
    this.#root.host.dispatchEvent(new CustomEvent(`headshot-${name}`, init));
  }

  /** Says a phrase and its detail, and beneath it what `more` makes. */
  say(key, attributes = {}, more = () => []) {
    this.#repeat = () => this.say(key, attributes, more);
    this.stage.hidden = this.surface !== "inline";
    const focused = this.view.contains(this.#root.activeElement);
    const heading = this.element("p", { class: "title", tabindex: "-1" }, this.word(key));
    const detail = this.element("p", { class: "detail" }, this.word(`${key}Detail`));
    this.view.replaceChildren(this.element("div", { class: "status", ...attributes }, heading, detail), ...more());
    // The button that had it is gone.
    if (focused) heading.focus();
  }

  button(part, key, act) {
    const button = this.element("button", { type: "button", part, class: "button" }, this.word(key));
    button.addEventListener("click", act);
    return button;
  }

  /** Nothing rather than the wrong language. */
  word(key) {
    return (this.words && (this.words[key] ?? this.english[key])) ?? "";
  }

  element(tag, attributes, ...children) {
    const made = this.document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  end() {
    this.#ended.abort();
    this.#root.replaceChildren();
  }

  #open(session) {
    const { url, origins } = linkOf(session);
    const isWanted = url && this.surface === "inline" && !this.isOver && !this.stage.firstChild;
    if (!isWanted || refusal(url, origins) !== undefined) return;
    openFrame(this.stage, url, origins, this.word("studio"));
    this.stage.classList.remove("skeleton");
  }

  /**
   * Adopted sheets need no `style-src` of the page. Where there are none, in old browsers and test environments, an
   * element does; where that is forbidden the widget works without its looks.
   */
  dress(style) {
    try {
      // A sheet belongs to one document, and the element may be in a window that a script has opened.
      const sheet = new this.document.defaultView.CSSStyleSheet();
      sheet.replaceSync(style);
      this.#root.adoptedStyleSheets = [...this.#root.adoptedStyleSheets, sheet];
    } catch {
      this.#root.prepend(this.element("style", {}, style));
    }
  }
}

const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
