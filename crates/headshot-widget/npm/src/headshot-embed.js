// <headshot-embed server="https://…" session="ses_…" token="hct_…">
//
// A small element that is there at once: it keeps the widget's place on the page, asks the server for the session, opens
// the provider's page as soon as the answer is there, and meanwhile loads the wasm that takes over. It is written by hand
// because wasm-bindgen cannot make a class that extends HTMLElement. It imports cleanly where there is no DOM, for
// rendering on a server.

import { languageOf, phrases, watchLanguages } from "./languages.js";
import { Showing } from "./showing.js";
import { WASM_FILE, loadElement } from "./wasm.js";

const NAMES = ["server", "session", "token"];
const PROPERTIES = [...NAMES, "loading", "surface", "messages"];
const SURFACES = ["modal", "tab", "redirect", "phone"];
const WARN_AFTER_MS = 10_000;

const Base = globalThis.HTMLElement ?? class {};

export class HeadshotEmbed extends Base {
  static observedAttributes = [...NAMES, "surface", "lang"];

  /** A token that came as a property stays out of the attributes, where scripts that record pages would see it. */
  #token;
  /** Gives a token, at first and each time that one has expired. */
  #source;
  /** What is shown now, and the wasm side's handle of it; both undefined while there is nothing. */
  #shown;
  #mounted;
  #isSettling = false;
  #warning;
  #messages;
  /** The language that is spoken or being loaded, and what ends listening for another one. */
  #spoken;
  #ignoreLanguages;

  constructor() {
    super();
    this.attachShadow({ mode: "open" });
    this.addEventListener("headshot-error", ({ target, detail }) => {
      if (target === this && detail.code === "token_refused") this.#fetchToken();
    });
  }

  get server() { return this.getAttribute("server") ?? ""; }
  set server(value) { this.#reflect("server", value); }

  get session() { return this.getAttribute("session") ?? ""; }
  set session(value) { this.#reflect("session", value); }

  get token() { return this.#token ?? this.getAttribute("token") ?? ""; }
  set token(value) {
    this.removeAttribute("token");
    this.#source = typeof value === "function" ? value : undefined;
    this.#token = this.#source ? undefined : value ?? undefined;
    this.#settle();
    this.#fetchToken();
  }

  get loading() { return this.getAttribute("loading") === "intent" ? "intent" : "eager"; }
  set loading(value) { this.#reflect("loading", value); }

  get surface() { return SURFACES.find((surface) => surface === this.getAttribute("surface")) ?? "inline"; }
  set surface(value) { this.#reflect("surface", value); }

  get messages() { return this.#messages; }
  set messages(value) {
    this.#messages = value ?? undefined;
    this.#spoken = undefined;
    this.#settle();
  }

  connectedCallback() {
    // What was set as a property before this class was loaded hides the accessors below it.
    for (const name of PROPERTIES) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    this.#ignoreLanguages?.();
    this.#ignoreLanguages = watchLanguages(this.ownerDocument, () => this.#settle());
    this.#settle();
  }

  disconnectedCallback() { this.#settle(); }

  attributeChangedCallback(name) {
    if (name === "token") this.#token = this.#source = undefined;
    this.#settle();
  }

  async #fetchToken() {
    const source = this.#source;
    try {
      const token = await source?.();
      if (!token || this.#source !== source) return;
      this.#token = token;
      this.#settle();
    } catch (error) {
      warn(`no token: ${error}`);
    }
  }

  /** Being moved by `moveBefore` keeps the frame alive, so there is nothing to do. */
  connectedMoveCallback() {}

  /** Frameworks hand over `null` and `undefined` where there is nothing yet, or no longer. */
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
      if (this.isConnected) return this.#show();
      this.#ignoreLanguages?.();
      this.#clear();
    });
  }

  #show() {
    const wanted = { server: this.server, session: this.session, token: this.token, surface: this.surface };
    if (this.#shown?.shows(wanted, this.ownerDocument)) return this.#renew(wanted);
    this.#clear();
    this.#shown = new Showing(this.shadowRoot, wanted);
    this.#speak();
    // Frameworks set attributes one by one, so missing ones are waited for.
    const missing = NAMES.filter((name) => !wanted[name]);
    if (missing.length === 0) this.#begin(this.#shown);
    else this.#warning = setTimeout(() => warn(`still without ${missing.join(", ")}`), WARN_AFTER_MS);
  }

  /** At once, or as soon as the person wants it. */
  #begin(shown) {
    if (this.loading === "intent") shown.invite(() => this.#mount(shown));
    else this.#mount(shown);
  }

  /** A fresh token goes on with the same frame: an upload may be under way in it. So it does while there is none. */
  #renew({ token, surface }) {
    this.#speak();
    if (surface !== this.#shown.surface) {
      this.#shown.surface = surface;
      this.#mounted?.present(surface);
    }
    if (!token || token === this.#shown.token) return;
    this.#shown.token = token;
    this.#mounted?.renewToken(token);
  }

  /** In the language that applies now, as soon as it is loaded. */
  #speak() {
    const [shown, tag] = [this.#shown, languageOf(this)];
    if (this.#spoken === tag && shown.speaking) return;
    this.#spoken = tag;
    shown.speaking = phrases(tag, this.#messages).then((words) => {
      if (this.#shown !== shown || this.#spoken !== tag) return;
      shown.speak(words);
      this.#mounted?.speak(words);
    });
  }

  async #mount(shown) {
    shown.ask();
    try {
      await shown.opened();
      const [{ mount }] = await Promise.all([loadElement(), shown.speaking]);
      if (this.#shown !== shown) return;
      const { server, session, token, surface, words } = shown;
      onCrash.set(this, (error) => this.#crash(error));
      this.#mounted = mount(this, shown.widget, server, session, token, surface, words, ...shown.handOver());
    } catch (error) {
      if (this.#shown === shown) await this.#fail(shown, error);
    }
  }

  async #fail(shown, error) {
    // A link makes a difference to what can be said.
    const [header] = await Promise.all([shown.missingHeader(), shown.opened()]);
    if (this.#shown !== shown) return;
    const code = header ? "widget_forbidden" : "widget_unavailable";
    const message = header ? `this page stops the widget; send the header ${header}` : `the widget's code could not be loaded: ${error}`;
    this.#complain(code, message, !header && (() => this.#mount(shown)));
  }

  /** The wasm has failed in the middle of something, and is in no state to go on or to tidy up. */
  #crash(error) {
    this.#mounted = undefined;
    this.#complain("widget_failed", `the widget's code has failed: ${error}`);
  }

  #complain(code, message, retry) {
    const { session } = this.#shown;
    this.#shown.complain(code, retry);
    warn(message);
    const detail = { session, code, message, fatal: true };
    this.dispatchEvent(new CustomEvent("headshot-error", { detail, bubbles: true, composed: true }));
  }

  #clear() {
    clearTimeout(this.#warning);
    this.#spoken = undefined;
    onCrash.delete(this);
    this.#mounted?.free();
    this.#shown?.end();
    this.#mounted = this.#shown = undefined;
  }
}

/** What the elements do that the wasm serves now. */
const onCrash = new Map();

globalThis.addEventListener?.("error", ({ error }) => {
  if (!error?.stack?.includes?.(WASM_FILE)) return;
  for (const crash of onCrash.values()) crash(error);
  onCrash.clear();
});

function warn(message) {
  console.warn(`headshot-widget: ${message}`);
}

if (globalThis.customElements && !customElements.get("headshot-embed")) {
  customElements.define("headshot-embed", HeadshotEmbed);
}
