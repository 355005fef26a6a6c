// What the element shows until the wasm is there: the place on the page, and as early as can be the provider's page.

import ENGLISH from "../languages/en.json";
import STYLE from "../../src/view/place.css";
import { linkOf, openFrame, refusal } from "./frame.js";
import { WASM_FILE } from "./wasm.js";

const LONGEST_ANSWER_MS = 15_000;
const LONGEST_HEAD_START_MS = 2_000;

export class Showing {
  #root;
  #request = new AbortController();
  #listening = new AbortController();
  #violations = [];
  #answer;
  #opened;
  #link;
  #isHandedOver = false;
  /** Says again what it says, in another language. */
  #repeat;

  constructor(root, { server, session, token, surface }) {
    Object.assign(this, { server, session, token, surface });
    this.#root = root;
    this.document = root.ownerDocument;
    this.view = this.#element("div", { class: "view" });
    this.stage = this.#element("div", { part: "stage", class: "stage skeleton" });
    // A dialog from the start, so that the stage can come over the page without being moved.
    const room = this.#element("dialog", { part: "room", class: "room", open: "" }, this.stage);
    this.widget = this.#element("div", { part: "widget", class: "widget" }, this.view, room);
    this.#dress();
    this.#say({}, "opening", "openingDetail");
    const { signal } = this.#listening;
    this.document.addEventListener("securitypolicyviolation", (event) => this.#violations.push(event), { signal });
  }

  /** Whether this is what is wanted: another token is still the same session, and without any it has not begun. */
  shows({ server, session }, document) {
    return this.token !== "" && this.server === server && this.session === session && this.document === document;
  }

  /** Says everything in the language of these phrases; before, it says nothing. What came after the wasm is the wasm's. */
  speak(words) {
    this.words = words;
    if (this.#isHandedOver) return;
    // The language of what it says, whatever the page's.
    Object.assign(this.widget, { lang: words.lang, dir: words.dir });
    this.#repeat();
  }

  /** Waits for the person: nothing is loaded before. */
  invite(start) {
    this.#say({}, "invitation", "invitationDetail", () => [this.#button("start", "openStudio", start)]);
    this.stage.classList.remove("skeleton");
  }

  /** Asks the server for the session, and opens the provider's page with the answer. */
  ask() {
    this.#say({}, "opening", "openingDetail");
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
    const key = code.replace(/_./, ([, letter]) => letter.toUpperCase());
    this.#isHandedOver = false;
    this.#say({ part: "error", role: "alert", "data-code": code }, key, `${key}Detail`, () => [
      this.#link && this.#element("p", { class: "detail all-the-same" }, this.#word("studioAllTheSame")),
      retry && this.#button("retry", "retry", retry),
      this.#link && this.#button("open-tab", "openTab", () => open(this.#link, "_blank", "noopener,noreferrer")),
    ]);
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
    if (this.surface !== "inline") return;
    openFrame(this.stage, url, origins, this.#word("studio"));
    this.stage.classList.remove("skeleton");
  }

  #word(key) {
    return this.words?.[key] ?? ENGLISH[key];
  }

  #say(attributes, title, detail, ways) {
    this.#repeat = () => this.#say(attributes, title, detail, ways);
    const focused = this.view.contains(this.#root.activeElement);
    // Nothing rather than the wrong language.
    const word = (key) => (this.words ? this.#word(key) : "");
    const heading = this.#element("p", { class: "title", tabindex: "-1" }, word(title));
    const said = this.#element("div", { class: "status", ...attributes }, heading, this.#element("p", { class: "detail" }, word(detail)));
    this.view.replaceChildren(said);
    if (ways) this.view.append(this.#element("div", { class: "ways" }, ...ways().filter(Boolean)));
    this.stage.hidden = this.surface !== "inline";
    // The button that had it is gone.
    if (focused) heading.focus();
  }

  #button(part, key, act) {
    const button = this.#element("button", { type: "button", part, class: "button" }, this.#word(key));
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
