// <headshot-embed server="https://…" session="ses_…" token="hct_…">
//
// A small element that is there at once: it keeps the widget's place on the page, asks the server for the session, opens
// the provider's page as soon as the answer is there, and meanwhile loads the wasm that takes over. It is written by hand
// because wasm-bindgen cannot make a class that extends HTMLElement. It imports cleanly where there is no DOM, for
// rendering on a server.

import { languageOf, phrases, watchLanguages } from "./languages.js";
import { Showing } from "./showing.js";
import { loadElement } from "./wasm.js";

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

  get token() { return this.#token ?? this.getAttribute("token") ?? ""; }
  set token(value) {
    this.removeAttribute("token");
    this.#source = typeof value === "function" ? value : undefined;
    this.#token = this.#source ? undefined : value ?? undefined;
    this.#settle();
    this.#fetchToken();
  }

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

  /** What goes wrong in there is the host's own, and the browser tells of it. */
  async #fetchToken() {
    const source = this.#source;
    const token = await source?.();
    if (!token || this.#source !== source) return;
    this.#token = token;
    this.#settle();
  }

  /** Being moved by `moveBefore` keeps the frame alive, so there is nothing to do. */
  connectedMoveCallback() {}

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
    const missing = NAMES.filter((name) => !wanted[name]);
    // Frameworks set attributes one by one, so missing ones are waited for.
    if (missing[0]) this.#warning = setTimeout(console.warn, WARN_AFTER_MS, `headshot-embed waits for ${missing.join(", ")}`);
    else this.#begin(this.#shown);
  }

  /** At once, or as soon as the person wants it. */
  #begin(shown) {
    const mount = () => this.#mount(shown);
    if (this.loading !== "intent") return mount();
    shown.say("");
    import("./headshot-standby.js").then(({ invite }) => invite(shown, mount), (error) => this.#giveUp(shown, error, mount));
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
    const shown = this.#shown;
    const tag = languageOf(this);
    if (this.#spoken === tag && shown.speaking) return;
    this.#spoken = tag;
    shown.speaking = phrases(tag, this.#messages).then((words) => {
      if (this.#shown !== shown || this.#spoken !== tag) return;
      shown.speak(words);
      this.#mounted?.speak(words);
    });
  }

  async #mount(shown) {
    this.#mounted?.free();
    this.#mounted = undefined;
    shown.ask();
    try {
      await shown.opened();
      const [{ mountWatched }] = await Promise.all([loadElement(), shown.speaking]);
      if (this.#shown !== shown) return;
      this.#mounted = mountWatched(this, shown, (error) => this.#goOn(shown, error, "widget_failed"));
    } catch (error) {
      await this.#goOn(shown, error);
    }
  }

  /** Without the wasm, with a script that is loaded only then. */
  async #goOn(shown, error, code) {
    const retry = () => this.#mount(shown);
    try {
      const [{ Standby }] = await Promise.all([import("./headshot-standby.js"), shown.speaking]);
      if (this.#shown === shown) this.#mounted = new Standby(shown, { code, error, retry });
    } catch {
      this.#giveUp(shown, error, retry);
    }
  }

  /** Without that too the person can only try again. */
  #giveUp(shown, error, retry) {
    if (this.#shown === shown) shown.complain("widget_unavailable", `${error}`, () => [shown.button("retry", "retry", retry)]);
  }

  #clear() {
    clearTimeout(this.#warning);
    this.#spoken = undefined;
    this.#mounted?.free();
    this.#shown?.end();
    this.#mounted = this.#shown = undefined;
  }
}

/** The properties that are attributes, some with the values that count and what stands for any other. */
for (const [name, values, other] of [["server"], ["session"], ["loading", ["intent"], "eager"], ["surface", SURFACES, "inline"]]) {
  Object.defineProperty(HeadshotEmbed.prototype, name, {
    get() {
      const value = this.getAttribute(name) ?? "";
      return !values || values.includes(value) ? value : other;
    },
    // Frameworks hand over `null` and `undefined` where there is nothing yet, or no longer.
    set(value) {
      if (value === null || value === undefined) this.removeAttribute(name);
      else this.setAttribute(name, value);
    },
  });
}

if (globalThis.customElements && !customElements.get("headshot-embed")) {
  customElements.define("headshot-embed", HeadshotEmbed);
}
