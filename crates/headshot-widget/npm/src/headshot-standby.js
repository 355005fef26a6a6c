// What the element does without its wasm. Before the person wants it: an invitation. Where it cannot run: the studio in a
// tab, how far the session is, the photos, and the events. It is loaded only there.

import ENGLISH from "../languages/en.json";
import WAYS from "../../src/view/ways.css";
import { linkOf, refusal } from "./frame.js";
import PHRASES from "./phrases.json";
import { WASM_FILE } from "./wasm.js";

/** Between the beginnings of two requests: for a server that waits for a change, for one that cannot, and after `ready`. */
const SPACING_MS = 1_000;
const PLAIN_INTERVAL_MS = 3_000;
const SETTLED_INTERVAL_MS = 150_000;
const LONGEST_BACK_OFF_MS = 30_000;
/** When a request counts as lost: the server waits for 25 seconds. */
const LONGEST_WAIT_MS = 40_000;

/** What the server's refusals mean; none of them goes away by asking again. */
const REFUSALS = { 401: "token_refused", 403: "token_refused", 404: "session_unknown", 410: "session_deleted" };

/** Waits for the person: nothing more is loaded before. */
export function invite(shown, start) {
  shown.english = ENGLISH;
  shown.dress(WAYS);
  shown.stage.classList.remove("skeleton");
  shown.say("invitation", {}, () => [shown.element("div", { class: "ways" }, shown.button("start", "openStudio", start))]);
}

/** Answers to the same calls as what it stands in for. */
export class Standby {
  #shown;
  /** What is under way: a request, or the pause before the next one. */
  #request = new AbortController();
  #wake = () => {};
  #isEnded = false;
  #session;
  #etag;
  #failures = 0;
  /** What changes on the page: ways on, status and photos. */
  #news;

  constructor(shown, { code, error, retry }) {
    this.#shown = shown;
    shown.dress(WAYS);
    this.#begin(code, error, retry);
  }

  renewToken(token) {
    this.#shown.token = token;
    this.#wake();
  }

  /** The studio opens in a tab from here, wherever the host wishes it. */
  present() {}

  /** The element itself repeats in another language what was said in it. */
  speak() {}

  free() {
    this.#isEnded = true;
    this.#request.abort();
    this.#wake();
  }

  async #begin(code, error, retry) {
    const shown = this.#shown;
    // The news of a policy comes a little after the failure; and a link makes a difference to what can be said.
    const [{ default: texts }] = await Promise.all([
      import("./language-en.js").catch(() => ({})),
      new Promise((resolve) => setTimeout(resolve, 100)),
      shown.opened(),
    ]);
    if (this.#isEnded) return;
    shown.english = { ...ENGLISH, ...texts };
    const [answer, violations] = shown.handOver();
    shown.isOver = false;
    const header = code ? undefined : missingHeader(violations);
    const reason = header ? `this page stops the widget; send the header ${header}` : `the widget's code cannot run: ${error}`;
    console.warn(`headshot-widget: ${reason}`);
    const again = code || header ? undefined : retry;
    shown.complain(code ?? (header ? "widget_forbidden" : "widget_unavailable"), reason, () => this.#beneath(again));
    await this.#follow(answer);
  }

  /** Asks for the session again and again, the answer that is there first; nothing while the page is hidden. */
  async #follow(answer) {
    for (let asking = answer; !this.#isEnded; asking = undefined) {
      const began = Date.now();
      const response = await (asking ?? this.#ask()).catch(() => undefined);
      const interval = this.#isEnded ? undefined : await this.#take(response);
      if (interval === undefined) return;
      await this.#pause(interval - (Date.now() - began));
      while (this.#shown.document.hidden && !this.#isEnded) await this.#pause(SPACING_MS);
    }
  }

  #ask() {
    const { server, session, token } = this.#shown;
    const waiting = this.#etag && this.#failures === 0 && { "if-none-match": this.#etag, prefer: "wait=25" };
    const request = (this.#request = new AbortController());
    const lost = setTimeout(() => request.abort(), LONGEST_WAIT_MS);
    return fetch(`${server.replace(/\/+$/, "")}/v1/sessions/${encodeURIComponent(session)}`, {
      headers: { authorization: `Bearer ${token}`, ...waiting },
      cache: "no-store",
      credentials: "omit",
      signal: request.signal,
    }).finally(() => clearTimeout(lost));
  }

  /** Without an end for what nothing but another token helps. */
  async #pause(milliseconds) {
    let timer;
    await new Promise((resolve) => {
      this.#wake = resolve;
      if (milliseconds < Infinity) timer = setTimeout(resolve, milliseconds);
    });
    clearTimeout(timer);
  }

  /** How long to leave the server alone now; `undefined` when asking cannot help any more. */
  async #take(response) {
    const refusal = REFUSALS[response?.status];
    if (refusal) {
      this.#shown.dispatch("error", { code: refusal, message: `the server answered with status ${response.status}`, fatal: true });
      return refusal === "token_refused" ? Infinity : undefined;
    }
    const session = response?.ok ? await response.json().catch(() => undefined) : undefined;
    if (!session && response?.status !== 304) {
      this.#failures += 1;
      return Math.min(SPACING_MS * 2 ** this.#failures, LONGEST_BACK_OFF_MS);
    }
    this.#failures = 0;
    if (session) {
      this.#etag = response.headers.get("etag");
      this.#tell(session);
      this.#show();
    }
    if (this.#session.state === "deleted") return undefined;
    if (this.#session.state === "ready") return SETTLED_INTERVAL_MS;
    return this.#etag ? SPACING_MS : PLAIN_INTERVAL_MS;
  }

  /** The events that the host acts on, each for what has changed. */
  #tell(session) {
    const { state, providerStatus, photos, favoritePhotoId } = session;
    const old = this.#session;
    const restored = !old;
    this.#session = session;
    if (state !== old?.state || providerStatus !== old?.providerStatus) this.#shown.dispatch("status", { state, providerStatus, restored });
    if (ids(photos) !== ids(old?.photos)) this.#shown.dispatch("photos", { photos, restored });
    const photo = photos.find(({ id }) => id === favoritePhotoId);
    if (photo && favoritePhotoId !== old?.favoritePhotoId) this.#shown.dispatch("favorite", { photo, restored });
  }

  #beneath(retry) {
    const shown = this.#shown;
    this.#news = {
      ways: shown.element(
        "div",
        { class: "ways" },
        shown.element("p", { class: "detail all-the-same" }, shown.word("studioAllTheSame")),
        retry ? shown.button("retry", "retry", retry) : "",
        shown.button("open-tab", "openTab", () => open(this.#link(), "_blank", "noopener,noreferrer")),
      ),
      status: shown.element("p", { part: "status", class: "title", role: "status" }),
      photos: shown.element("div", { part: "photos", class: "ways" }),
    };
    this.#show();
    return Object.values(this.#news);
  }

  /** What differs from answer to answer. */
  #show() {
    const { ways, status, photos: grid } = this.#news;
    const { state, progress, photos = [] } = this.#session ?? {};
    if (state) {
      status.dataset.state = state;
      status.textContent = this.#shown.word(PHRASES[(state === "processing" && progress) || state] ?? PHRASES[state] ?? "underWay");
    }
    for (const way of ways.querySelectorAll(".all-the-same, [part=open-tab]")) way.hidden = !this.#link();
    if (grid.children.length !== photos.length) {
      grid.replaceChildren(...photos.map(({ url }, place) => this.#image(url, place, photos.length)));
    }
    const { stage } = this.#shown;
    stage.hidden = !stage.firstChild;
    // It may have been opened before its language was there.
    if (stage.firstChild) stage.firstChild.title = this.#shown.word("studio");
  }

  #image(src, place, count) {
    const alt = this.#shown.word("photo").replace("{number}", place + 1).replace("{count}", count);
    return this.#shown.element("img", { part: "photo", loading: "lazy", referrerpolicy: "no-referrer", width: 160, height: 200, alt, src });
  }

  /** The provider's link, where there is one that may be opened. */
  #link() {
    const { surface } = this.#session ?? {};
    // No page is trusted by being framed, so whichever it is may be opened, if it is a page at all.
    const { url, origins } = surface?.kind === "link" ? { url: surface.url, origins: [surface.url] } : linkOf(this.#session ?? {});
    return url && refusal(url, origins) === undefined ? url : undefined;
  }
}

function ids(photos = []) {
  return photos.map(({ id }) => id).join();
}

/** The header that would let the wasm run, if it is a policy of the page that stops it. */
function missingHeader(violations) {
  const enforced = violations.filter(({ disposition }) => disposition === "enforce").map((event) => event.blockedURI);
  if (enforced.includes("wasm-eval")) return "Content-Security-Policy: script-src 'self' 'wasm-unsafe-eval'";
  const file = enforced.find((uri) => uri.endsWith(WASM_FILE));
  return file && `Content-Security-Policy: connect-src ${new URL(file).origin}`;
}
