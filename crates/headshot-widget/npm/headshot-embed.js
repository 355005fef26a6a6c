// <headshot-embed server="https://…" session="ses_…" token="hct_…">
//
// A small element that is there at once, keeps the widget's place on the page and loads the wasm behind it. It is
// written by hand because wasm-bindgen cannot make a class that extends HTMLElement. It imports cleanly where there is
// no DOM, for rendering on a server.

const SKELETON = `
:host { display: block; }
:host([hidden]) { display: none; }
.skeleton {
  color: var(--headshot-text, light-dark(#1b2030, #eef0f6));
  font: 400 1rem/1.5 var(--headshot-font, system-ui, sans-serif);
}
.skeleton p { margin: 0; }
.skeleton .title { font-size: 1.25rem; font-weight: 650; line-height: 1.3; letter-spacing: -0.012em; }
.skeleton .detail { margin-block: 0.2rem 3.6rem; color: var(--headshot-muted, light-dark(#5a6275, #a5adc0)); }
.skeleton[part] .detail { margin-block-end: 0.75rem; }
.skeleton .place {
  box-sizing: content-box;
  block-size: var(--headshot-frame-height, 800px);
  border: 1px solid var(--headshot-line, light-dark(#dfe3ec, #363c4d));
  border-radius: var(--headshot-radius, 14px);
  background: var(--headshot-surface, light-dark(#f4f6fa, #1e222e));
}
.skeleton button {
  min-block-size: 44px;
  padding: 0 1.1rem;
  border: 0;
  border-radius: calc(var(--headshot-radius, 14px) * 0.7);
  background: var(--headshot-accent, light-dark(#3f4fd8, #a3b0ff));
  color: var(--headshot-on-accent, light-dark(#fff, #14172e));
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
`;

const OPENING = ["Opening your photo studio…", "This takes a moment."];
const FAILED = [
  "The photo studio could not be loaded",
  "Check your internet connection and try again. If that does not help, reload the page or use another browser.",
];

/** The widget's code, loaded once for all elements of the page. A failed load is forgotten, so that it can be repeated. */
let widget;
let failures = 0;

function loadWidget() {
  widget ??= importGlue()
    .then(async (glue) => {
      await glue.default();
      return glue;
    })
    .catch((error) => {
      widget = undefined;
      failures += 1;
      throw error;
    });
  return widget;
}

function importGlue() {
  // Bundlers follow the plain form. Some browsers remember a module that failed to load, so later attempts ask for another address.
  return failures === 0
    ? import("./headshot_widget.js")
    : import(/* webpackIgnore: true */ /* @vite-ignore */ `${new URL("headshot_widget.js", import.meta.url)}?attempt=${failures}`);
}

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const Base = globalThis.HTMLElement ?? class {};

export class HeadshotEmbed extends Base {
  static observedAttributes = ["server", "session", "token"];

  /** What is shown now, and the wasm side's handle of it; both undefined while there is nothing. */
  #shown;
  #mounted;
  #isSettling = false;

  constructor() {
    super();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(SKELETON);
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
  }

  get server() { return this.getAttribute("server") ?? ""; }
  set server(value) { this.setAttribute("server", value); }

  get session() { return this.getAttribute("session") ?? ""; }
  set session(value) { this.setAttribute("session", value); }

  get token() { return this.getAttribute("token") ?? ""; }
  set token(value) { this.setAttribute("token", value); }

  connectedCallback() {
    // What was set as a property before this class was loaded hides the accessors below it.
    for (const name of HeadshotEmbed.observedAttributes) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    this.#settle();
  }

  disconnectedCallback() { this.#settle(); }
  attributeChangedCallback() { this.#settle(); }

  /** Being moved by `moveBefore` keeps the frame alive, so there is nothing to do. */
  connectedMoveCallback() {}

  /** Inserting, removing and setting attributes often come in one go: only where that ends counts. */
  #settle() {
    if (this.#isSettling) return;
    this.#isSettling = true;
    queueMicrotask(() => {
      this.#isSettling = false;
      if (this.isConnected) this.#show();
      else this.#clear();
    });
  }

  #show() {
    const { server, session, token } = this;
    const shown = this.#shown;
    if (shown?.server === server && shown.session === session) {
      if (shown.token === token) return;
      // A fresh token goes on with the same frame: an upload may be under way in it.
      shown.token = token;
      this.#mounted?.renewToken(token);
      return;
    }
    this.#clear();
    this.#shown = { server, session, token };
    this.#paint({}, ...OPENING, make("div", { class: "place" }));
    // Frameworks set attributes one by one, so missing ones are waited for.
    if (server && session && token) this.#mount(this.#shown);
  }

  async #mount(shown) {
    try {
      const { mount } = await loadWidget();
      if (this.#shown !== shown) return;
      const place = make("div", {});
      this.shadowRoot.replaceChildren(place);
      this.#mounted = mount(this, place, shown.server, shown.session, shown.token);
    } catch (error) {
      if (this.#shown === shown) this.#fail(shown, error);
    }
  }

  #fail(shown, error) {
    const retry = make("button", { type: "button", part: "retry" }, "Try again");
    retry.addEventListener("click", () => {
      this.#paint({}, ...OPENING, make("div", { class: "place" }));
      this.#mount(shown);
    });
    this.#paint({ part: "error", role: "alert", "data-code": "widget_unavailable" }, ...FAILED, retry);
    const message = `the widget's code could not be loaded: ${error}`;
    console.warn(`headshot-widget: ${message}`);
    const detail = { session: shown.session, code: "widget_unavailable", message, fatal: true };
    this.dispatchEvent(new CustomEvent("headshot-error", { detail, bubbles: true, composed: true }));
  }

  #paint(attributes, title, detail, below) {
    const words = [make("p", { class: "title" }, title), make("p", { class: "detail" }, detail)];
    this.shadowRoot.replaceChildren(make("div", { class: "skeleton", ...attributes }, ...words, below));
  }

  #clear() {
    this.#mounted?.free();
    this.#mounted = this.#shown = undefined;
    this.shadowRoot.replaceChildren();
  }
}

if (globalThis.customElements && !customElements.get("headshot-embed")) {
  customElements.define("headshot-embed", HeadshotEmbed);
}
