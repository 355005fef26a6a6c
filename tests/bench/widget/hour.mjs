// How often an element asks its server in an hour. The element is the real one with its wasm; its page has a clock that is
// wound on from one timer to the next, and a server in the page that waits by that clock for as long as it is asked to.

import { launched } from "./load.mjs";

const HOUR_MS = 3_600_000;
/** What goes on after `ready` for a while is not of the hour. */
const AFTERMATH_MS = 180_000;

/** Requests in an hour, by the session's state. */
export async function asked(pages, chrome) {
  const browser = await launched(chrome);
  const hours = {};
  for (const state of ["awaiting_user", "processing", "ready"]) {
    const page = await browser.newPage();
    await page.evaluateOnNewDocument(woundClock, pages.server, state);
    await page.goto(`${pages.host}/headshot-widget`);
    await page.waitForFunction(
      (state) => document.querySelector("headshot-embed").shadowRoot?.querySelector(`[data-state=${state}]`),
      { timeout: 60_000, polling: 50 },
      state,
    );
    await page.evaluate((span) => globalThis.wind(span), AFTERMATH_MS);
    hours[state] = await page.evaluate(async (span) => {
      const before = globalThis.requests;
      await globalThis.wind(span);
      return globalThis.requests - before;
    }, HOUR_MS);
    await page.close();
  }
  await browser.close();
  return hours;
}

/** Runs in the page before anything else. */
function woundClock(server, state) {
  const real = { setTimeout: globalThis.setTimeout.bind(globalThis), fetch: globalThis.fetch.bind(globalThis), now: Date.now };
  const began = real.now();
  const timers = new Map();
  let [now, number] = [0, 0];
  let isWound = false;
  Date.now = () => (isWound ? began + now : real.now());
  globalThis.setTimeout = (act, delay = 0, ...given) => {
    number += 1;
    timers.set(number, { at: now + delay, act: () => act(...given) });
    // Until it is wound, the clock goes as fast as real ones do.
    if (!isWound) real.setTimeout(fire, delay, number);
    return number;
  };
  globalThis.clearTimeout = (number) => timers.delete(number);
  globalThis.requests = 0;
  globalThis.fetch = (address, init) => {
    if (!String(address).startsWith(`${server}/v1/`)) return real.fetch(address, init);
    globalThis.requests += 1;
    const headers = new Headers(init.headers);
    const session = { id: "ses_1", provider: "headshotpro", state, providerStatus: state, photos: [] };
    const answer = () => new Response(JSON.stringify(session), { headers: { etag: '"1"' } });
    const unchanged = () => new Response(null, { status: 304 });
    if (!headers.has("if-none-match")) return Promise.resolve(answer());
    const wait = Number(headers.get("prefer")?.match(/wait=(\d+)/)?.[1] ?? 0);
    return new Promise((resolve, reject) => {
      init.signal?.addEventListener("abort", () => reject(new DOMException("ended", "AbortError")));
      globalThis.setTimeout(() => resolve(unchanged()), wait * 1_000);
    });
  };
  globalThis.wind = async (span) => {
    isWound = true;
    const end = now + span;
    for (;;) {
      const [next] = [...timers].sort(([, one], [, other]) => one.at - other.at);
      if (!next || next[1].at > end) break;
      now = Math.max(now, next[1].at);
      fire(next[0]);
      // Promises and what the wasm has left for later.
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => real.setTimeout(resolve));
    }
    now = end;
  };

  function fire(number) {
    const timer = timers.get(number);
    timers.delete(number);
    timer?.act();
  }
}
