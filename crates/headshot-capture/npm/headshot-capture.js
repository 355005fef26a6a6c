// <headshot-capture server="https://…" session="ses_…" token="hct_…">
//
// Collects a person's photos, where the provider has no page of its own. A small element that loads the wasm behind it;
// written by hand because wasm-bindgen cannot make a class that extends HTMLElement.

import ENGLISH from "../../headshot-widget/npm/languages/en.json";
import { languageOf, phrases, watchLanguages } from "../../headshot-widget/npm/src/languages.js";
import { loadElement } from "../../headshot-widget/npm/src/wasm.js";

const NAMES = ["server", "session", "token"];
const PROPERTIES = [...NAMES, "messages"];

const Base = globalThis.HTMLElement ?? class {};

export class HeadshotCapture extends Base {
  static observedAttributes = NAMES;

  /** A token that came as a property stays out of the attributes, where scripts that record pages would see it. */
  #token;
  #shown;
  #mounted;
  #isSettling = false;
  #messages;
  /** The language that is spoken or being loaded, what comes of it, and what ends listening for another one. */
  #spoken;
  #speaking;
  #words;
  #ignoreLanguages;

  get server() { return this.getAttribute("server") ?? ""; }
  set server(value) { this.#reflect("server", value); }

  get session() { return this.getAttribute("session") ?? ""; }
  set session(value) { this.#reflect("session", value); }

  get token() { return this.#token ?? this.getAttribute("token") ?? ""; }
  set token(value) {
    this.removeAttribute("token");
    this.#token = value ?? undefined;
    this.#settle();
  }

  get messages() { return this.#messages; }
  set messages(value) {
    this.#messages = value ?? undefined;
    this.#spoken = undefined;
    if (this.isConnected) this.#speak();
  }

  connectedCallback() {
    // What was set as a property before this class was loaded hides the accessors below it.
    for (const name of PROPERTIES.filter((name) => Object.hasOwn(this, name))) {
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    this.#ignoreLanguages?.();
    this.#ignoreLanguages = watchLanguages(this.ownerDocument, () => this.#speak());
    this.#speak();
    this.#settle();
  }

  disconnectedCallback() {
    this.#ignoreLanguages();
    this.#settle();
  }

  attributeChangedCallback(name) {
    if (name === "token") this.#token = undefined;
    this.#settle();
  }

  /** Being moved by `moveBefore` changes nothing. */
  connectedMoveCallback() {}

  /** In the language that applies now, as soon as it is loaded. */
  #speak() {
    const tag = languageOf(this);
    if (this.#spoken === tag) return;
    this.#spoken = tag;
    this.#speaking = phrases(tag, this.#messages).then((words) => {
      if (this.#spoken !== tag) return;
      this.#words = words;
      this.#mounted?.speak(words);
    });
  }

  #reflect(name, value) {
    if (value === null || value === undefined) this.removeAttribute(name);
    else this.setAttribute(name, value);
  }

  /** Inserting, removing and setting attributes often come in one go: only where that ends counts. */
  #settle() {
    if (this.#isSettling) return;
    this.#isSettling = true;
    queueMicrotask(() => {
      this.#isSettling = false;
      const { server, session, token, isConnected } = this;
      const isSame = this.#shown?.server === server && this.#shown.session === session;
      if (isConnected && isSame) return token && this.#mounted?.renewToken(token);
      this.#clear();
      if (isConnected && server && session && token) this.#show({ server, session });
    });
  }

  async #show(shown) {
    this.#shown = shown;
    try {
      await this.#speaking;
      if (this.#shown !== shown) return;
      this.#say("opening");
      const { mount } = await loadElement();
      if (this.#shown !== shown) return;
      const place = document.createElement("div");
      this.shadowRoot.replaceChildren(place);
      this.#mounted = mount(this, place, shown.server, shown.session, this.token, this.#words);
    } catch (error) {
      if (this.#shown === shown) this.#fail(shown, error);
    }
  }

  #fail(shown, error) {
    const retry = document.createElement("button");
    retry.textContent = this.#word("retry");
    retry.addEventListener("click", () => this.#show(shown));
    this.#say("widgetUnavailable", " ", this.#word("widgetUnavailableDetail"), " ", retry);
    const detail = { session: shown.session, code: "widget_unavailable", message: `${error}`, fatal: true };
    this.dispatchEvent(new CustomEvent("headshot-error", { detail, bubbles: true, composed: true }));
  }

  #word(key) {
    return this.#words?.[key] ?? ENGLISH[key];
  }

  #say(key, ...more) {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const words = document.createElement("p");
    words.setAttribute("role", "status");
    words.append(this.#word(key), ...more);
    root.replaceChildren(words);
  }

  #clear() {
    this.#mounted?.free();
    this.#mounted = this.#shown = undefined;
    this.shadowRoot?.replaceChildren();
  }
}

if (globalThis.customElements && !customElements.get("headshot-capture")) {
  customElements.define("headshot-capture", HeadshotCapture);
}
