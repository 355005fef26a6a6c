// The checks of conformance.html. For those with a frame the page needs a second origin that it is served from as well:
// on one's own machine that is the other of `localhost` and `127.0.0.1`, elsewhere `?studio=https://…` names it.

const SECRET = "signed-url-secret";
const LONGEST_MS = 20_000;
const HERE = location.origin + location.pathname;
const THERE = otherOrigin() && otherOrigin() + location.pathname;

/** What is not to be seen here, for a reason that is nobody's fault. */
class Skipped extends Error {}

function otherOrigin() {
  const { protocol, hostname, port, search } = location;
  const twin = { localhost: "127.0.0.1", "127.0.0.1": "localhost" }[hostname];
  const named = new URLSearchParams(search).get("studio");
  return named ? new URL(named).origin : twin && `${protocol}//${twin}${port && `:${port}`}`;
}

/** The provider's page: asks for the camera, and tells the page around it what came of it. */
async function playStudio() {
  document.body.textContent = "The studio";
  const tell = (said) => parent.postMessage({ camera: said, stores: stores() }, "*");
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    for (const track of stream.getTracks()) track.stop();
    tell("granted");
  } catch (error) {
    tell(error.name);
  }
}

function stores() {
  try {
    localStorage.setItem("headshot", "1");
    localStorage.removeItem("headshot");
    return true;
  } catch {
    return false;
  }
}

// --- A headshot server inside this page

const SERVER = new URL("stand-in", location).href;
const server = { session: undefined, version: 0, asked: 0, waiting: new Set() };
const withoutServer = globalThis.fetch;

function answer() {
  const headers = { "content-type": "application/json", etag: `"${server.version}"` };
  return new Response(JSON.stringify(server.session), { headers });
}

/** A request that may wait for a change is held until there is one. */
globalThis.fetch = (input, options) => {
  const address = input.url ?? String(input);
  if (!address.startsWith(SERVER)) return withoutServer(input, options);
  const { headers, signal } = input.url ? input : new Request(input, options);
  server.asked += 1;
  if (!headers.has("prefer")) return Promise.resolve(answer());
  return new Promise((resolve, reject) => {
    const held = { resolve };
    server.waiting.add(held);
    signal.addEventListener("abort", () => {
      server.waiting.delete(held);
      reject(new DOMException("ended", "AbortError"));
    });
  });
};

function setSession(state, more = {}) {
  const at = "2026-01-02T03:04:05Z";
  const surface = THERE && { kind: "frame", url: `${THERE}?${SECRET}#studio`, origins: [new URL(THERE).origin, location.origin] };
  const session = { id: "ses_1", provider: "headshotpro", state, providerStatus: state, testMode: true, photos: [] };
  server.session = { ...session, surface, createdAt: at, updatedAt: at, ...more };
  server.version += 1;
  for (const { resolve } of server.waiting) resolve(answer());
  server.waiting.clear();
}

function photos(count) {
  const picture = (hue) => `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="400"><rect width="320" height="400" fill="hsl(${hue} 40% 60%)"/></svg>`,
  )}`;
  const list = Array.from({ length: count }, (_, place) => ({
    id: `pho_${place + 1}`, url: picture(place * 60), expiresAt: "2099-01-02T03:04:05Z",
  }));
  return { photos: list, favoritePhotoId: "pho_1" };
}

// --- What the checks use

const stage = document.querySelector("#stage");

/** What the pages in frames have said, and who said it. */
const messages = [];
addEventListener("message", ({ source, data }) => messages.push({ source, ...data }));
const saidBy = (frame) => messages.filter(({ source, camera }) => source === frame.contentWindow && camera);

/** Everything that is listened to on this page from the moment on when the widget's script is there. */
const listened = new Set();

function recordListeners() {
  const { addEventListener } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (type, ...more) {
    listened.add(type);
    return addEventListener.call(this, type, ...more);
  };
}

/** A place as wide as the page, which nobody sees. */
function wholeWidth() {
  const place = document.createElement("div");
  Object.assign(place.style, { position: "absolute", insetInline: 0, visibility: "hidden" });
  document.body.append(place);
  return place;
}

/** Waits until `test` gives something. */
async function until(what, test, longest = LONGEST_MS) {
  const end = performance.now() + longest;
  for (;;) {
    const found = await test();
    if (found) return found;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** A widget on the stage, with what it says. */
function widget(attributes = {}) {
  const element = document.createElement("headshot-embed");
  const heard = [];
  for (const name of ["status", "photos", "favorite", "error", "recovered"]) {
    element.addEventListener(`headshot-${name}`, ({ type, detail }) => heard.push({ type, ...detail }));
  }
  for (const [name, value] of Object.entries({ server: SERVER, session: "ses_1", token: "hct_1", ...attributes })) {
    element.setAttribute(name, value);
  }
  stage.append(element);
  const find = (css) => element.shadowRoot?.querySelector(css);
  return { element, heard, find, reads: (state) => until(`the state ${state}`, () => find(`[data-state=${state}]`)) };
}

async function withFrame(attributes) {
  needsOtherOrigin();
  setSession("awaiting_user");
  const shown = widget(attributes);
  await shown.reads("awaiting_user");
  return { ...shown, frame: await until("the frame", () => shown.find("iframe")) };
}

function needsOtherOrigin() {
  if (!THERE) throw new Skipped("needs a second origin: ?studio=https://…");
}

/** What the provider's page says in a frame of this kind. */
async function framed(allow, address = `${THERE}#studio`) {
  needsOtherOrigin();
  const frame = document.createElement("iframe");
  frame.title = "Studio";
  if (allow) frame.allow = allow;
  frame.src = address;
  stage.append(frame);
  return until("the frame to say something", () => saidBy(frame)[0]);
}

/** A page under this policy, with a widget in it. */
async function underPolicy(policy, code) {
  needsOtherOrigin();
  setSession("awaiting_user");
  const page = document.createElement("iframe");
  page.title = "A page with a policy";
  page.allow = "camera";
  page.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}">
    <script>const withoutServer = fetch;
      fetch = async (input, options) => {
        if (!String(input.url ?? input).startsWith("${SERVER}")) return withoutServer(input, options);
        const answer = await parent.fetch(input, options);
        return new Response(await answer.text(), { headers: [...answer.headers] });
      };
      heard = []; addEventListener("headshot-error", ({ detail }) => heard.push(detail));</script>
    <script type="module" src="${new URL("embed/headshot-embed.js", HERE)}"></script>
    <headshot-embed server="${SERVER}" session="ses_1" token="hct_1"></headshot-embed>`;
  stage.append(page);
  const error = await until(`the error ${code}`, () => page.contentWindow.heard?.find((error) => error.code === code));
  return { error, root: page.contentDocument.querySelector("headshot-embed").shadowRoot };
}

function same(seen, wanted) {
  if (seen !== wanted) throw new Error(`${seen}, not ${wanted}`);
  return seen;
}

function holds(is, otherwise) {
  if (!is) throw new Error(otherwise);
}

// --- The checks: each answers with what was seen, or says what is wrong

const CHECKS = {
  "This browser": {
    "The page is secure, so it may have a camera": () => {
      holds(isSecureContext, "browsers give the camera to https and to this machine only");
      return location.protocol.slice(0, -1);
    },
    "There is a camera": async () => {
      const devices = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
      holds(devices.length > 0, "none is found");
      const asked = await navigator.permissions.query({ name: "camera" }).catch(() => ({ state: "unknown" }));
      return `${devices.length}, permission: ${asked.state}`;
    },
    "WebAssembly runs": async () => {
      const { instance } = await WebAssembly.instantiate(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
      holds(instance, "no instance");
      return WebAssembly.compileStreaming ? "while it comes" : "once it is there";
    },
    "What is read as it comes, comes whole": async () => {
      const parts = new ReadableStream({ start: (stream) => ["a", "b"].forEach((text) => stream.enqueue(new TextEncoder().encode(text))) || stream.close() });
      return same(await new Response(parts).text(), "ab");
    },
    "A request that waits can be ended": async () => {
      const ending = new AbortController();
      const request = withoutServer(HERE, { signal: ending.signal, cache: "no-store" });
      ending.abort();
      return same(await request.then(() => "it was answered", ({ name }) => name), "AbortError");
    },
    "A dialog lies over the page": () => {
      const dialog = document.createElement("dialog");
      stage.append(dialog);
      dialog.showModal();
      const isOver = dialog.matches(":modal");
      dialog.close();
      holds(isOver, "it does not");
      return "with the page inert";
    },
    "Styles can be adopted": () => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(":host { color: red }");
      const root = document.createElement("div").attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      return `${root.adoptedStyleSheets.length} sheet`;
    },
    "The styles that the widget uses are known": () => {
      const used = ["color: light-dark(red, blue)", "color: color-mix(in srgb, red, blue)", "container-type: inline-size", "block-size: 1svh"];
      const unknown = used.filter((style) => !CSS.supports(`(${style})`));
      holds(CSS.supports("selector(:has(a))") && unknown.length === 0, `unknown: ${unknown.join("; ") || ":has()"}`);
      return `${used.length + 1} of them`;
    },
    "Numbers and plurals are written as each language has them": () => {
      const minutes = new Intl.NumberFormat("ar", { style: "unit", unit: "minute", unitDisplay: "long" }).format(3);
      same(new Intl.PluralRules("ar").select(3), "few");
      return `three minutes: ${minutes}`;
    },
    "A photo can be recognised by its hash": async () => {
      holds(crypto.subtle, "there is no crypto.subtle");
      return `SHA-256, ${(await crypto.subtle.digest("SHA-256", new Uint8Array(1))).byteLength} bytes`;
    },
    "A link can be copied": () => {
      if (!navigator.clipboard?.writeText) throw new Skipped("not by a page: by hand");
      return "by a button";
    },
    "What a policy stops is told to the page": async () => {
      const page = document.createElement("iframe");
      page.title = "A page with a policy";
      page.srcdoc = `<meta http-equiv="Content-Security-Policy" content="img-src 'none'"><script>
        document.addEventListener("securitypolicyviolation", (event) => { told = event.effectiveDirective; });</script><img src="/none" alt="">`;
      stage.append(page);
      return until("the violation", () => page.contentWindow.told);
    },
  },
  "The camera in a frame of another origin": {
    "A frame that is allowed to has it": async () => {
      const { camera, stores } = await framed(`camera ${THERE && new URL(THERE).origin}`);
      same(camera, "granted");
      return stores ? "granted; the frame can store" : "granted; the frame stores nothing";
    },
    "It is kept when the frame is led on to another origin of the list": async () => {
      needsOtherOrigin();
      const list = `camera ${new URL(THERE).origin} ${location.origin}`;
      const { camera } = await framed(list, `${THERE}?to=${encodeURIComponent(HERE)}#redirect`);
      return same(camera, "granted");
    },
    "A frame that is not allowed to has none": async () => same((await framed()).camera, "NotAllowedError"),
  },
  "The studio": {
    "One element and its attributes are enough": async () => {
      setSession("awaiting_user");
      await widget().reads("awaiting_user");
      return "the session is read";
    },
    "Its place has its height before its code is there": async () => {
      const { element, reads } = await withFrame();
      const place = wholeWidth();
      place.append(element);
      await reads("awaiting_user");
      await until("the frame", () => element.shadowRoot.querySelector("iframe"));
      const height = place.offsetHeight;
      place.remove();
      holds(firstHeight > 200, `${firstHeight} px`);
      return `${same(firstHeight, height)} px`;
    },
    "The frame has the camera for the session's origins alone": async () => {
      const { frame } = await withFrame();
      return same(frame.allow, `camera ${new URL(THERE).origin} ${location.origin}`);
    },
    "The signed link stands nowhere in the document": async () => {
      const { element } = await withFrame();
      holds(!(element.outerHTML + element.shadowRoot.innerHTML).includes(SECRET), "it does");
      return "neither as attribute nor as text";
    },
    "It opens over the page and comes back without being loaded anew": async () => {
      const { element, find } = await (needsOtherOrigin(), setSession("awaiting_user"), widget({ surface: "modal" }));
      (await until("the button", () => find("[part~=door]"))).click();
      const frame = await until("the dialog", () => find("dialog:modal iframe"));
      await until("the focus inside", () => find("dialog").contains(element.shadowRoot.activeElement));
      await until("the page in it", () => saidBy(frame).length > 0);
      element.surface = "inline";
      await until("the page again", () => find("dialog[open]:not(:modal) iframe") === frame);
      await new Promise((resolve) => setTimeout(resolve, 300));
      return `the same frame, loaded ${same(saidBy(frame).length, 1)} time`;
    },
    "The code for a phone is drawn here": async () => {
      needsOtherOrigin();
      setSession("awaiting_user");
      const { find } = widget({ surface: "phone" });
      const code = await until("the code", () => !(find("[part~=code]")?.hidden ?? true) && find("[part~=code]"));
      return `${code.width} × ${code.height} px`;
    },
  },
  "The long job": {
    "It hears at once that the session has moved": async () => {
      setSession("awaiting_user");
      const { heard, reads } = widget();
      await reads("awaiting_user");
      await until("the request that waits", () => server.waiting.size > 0);
      const before = performance.now();
      setSession("processing", { progress: "making" });
      await reads("processing");
      holds(heard.some(({ type, state }) => type === "headshot-status" && state === "processing"), "no event");
      return `after ${Math.round(performance.now() - before)} ms`;
    },
    "It says how long that takes": async () => {
      setSession("processing", { progress: "making", usualMinutes: 3 });
      const { find, reads } = widget();
      await reads("processing");
      return until("a number", () => find("[part~=status] .detail").textContent.match(/.*\d.*/)?.[0]);
    },
    "What was so before is told as such": async () => {
      setSession("ready", photos(2));
      const { heard } = widget();
      await until("three events", () => heard.length >= 3);
      holds(heard.every(({ restored }) => restored === true), JSON.stringify(heard));
      return `${heard.length} events`;
    },
    "The photos are shown, and the favourite among them": async () => {
      setSession("ready", photos(3));
      const { element, find } = widget();
      // Browsers load what is seen.
      (await until("the favourite", () => find("[part~=favorite]"))).scrollIntoView({ block: "nearest" });
      await until("its pixels", () => find("[part~=favorite]").naturalWidth > 0);
      return `${element.shadowRoot.querySelectorAll("img[part~=photo]").length} photos`;
    },
    "A photo is shown large, and the focus comes back": async () => {
      setSession("ready", photos(3));
      const { element, find } = widget();
      const opening = await until("the photo", () => find("[part~=enlarge]"));
      opening.focus();
      opening.click();
      await until("the large photo", () => find("dialog[part~=viewer]:modal"));
      find("[part~=close-viewer]").click();
      await until("the focus", () => element.shadowRoot.activeElement === find("[part~=enlarge]"));
      return "on the photo";
    },
  },
  "The page around it": {
    "Nothing is asked or loaded before the person wants it": async () => {
      const before = server.asked;
      const { find } = widget({ loading: "intent" });
      await until("the button", () => find("[part~=start]"));
      return `${same(server.asked, before) - before} requests`;
    },
    "The focus stays where it is": async () => {
      const before = document.querySelector("#run");
      before.focus({ preventScroll: true });
      const { reads } = await withFrame();
      await reads("awaiting_user");
      holds(document.activeElement === before, `it is on ${document.activeElement.localName}`);
      return "on the button of this page";
    },
    "No style of it needs the page's permission": async () => {
      setSession("awaiting_user");
      const { element, reads } = widget();
      await reads("awaiting_user");
      holds(!element.shadowRoot.querySelector("style"), "there is a <style> in it");
      return `${element.shadowRoot.adoptedStyleSheets.length} adopted`;
    },
    "It listens to no message": () => {
      holds(!listened.has("message"), "it does");
      return `to ${[...listened].filter((type) => !type.startsWith("headshot")).length} kinds of events, none of them a message`;
    },
    "Its changes are read out, in a language that is named": async () => {
      setSession("awaiting_user");
      const { find, reads } = widget();
      await reads("awaiting_user");
      holds(find("[role=status], [aria-live]"), "there is no live region");
      return same(find(".widget").lang, "en");
    },
    "It speaks another language at once": async () => {
      setSession("awaiting_user");
      const { element, find, reads } = widget();
      await reads("awaiting_user");
      element.lang = "ar";
      await until("Arabic", () => find(".widget").dir === "rtl");
      return find("[part~=status] .title").textContent;
    },
    "A policy that forbids the frame is named": async () => {
      const { error } = await underPolicy("frame-src 'none'", "frame_forbidden");
      return error.message;
    },
    "A policy that forbids WebAssembly is named, and the studio works": async () => {
      const { error, root } = await underPolicy(`script-src ${location.origin} 'unsafe-inline'`, "widget_forbidden");
      holds(root.querySelector("iframe"), "there is no studio");
      return error.message;
    },
    "Inserted, removed and inserted again, it has one frame": async () => {
      const { element, find } = await withFrame();
      element.remove();
      stage.append(element);
      element.remove();
      stage.append(element);
      await until("the frame", () => find("[data-state=awaiting_user]") && find("iframe"));
      return `${same(element.shadowRoot.querySelectorAll("iframe").length, 1)} frame`;
    },
    "Removed, it leaves nothing behind": async () => {
      setSession("awaiting_user");
      const { element, reads } = widget();
      await reads("awaiting_user");
      await until("the request that waits", () => server.waiting.size > 0);
      element.remove();
      await until("the request to end", () => server.waiting.size === 0);
      return `${same(element.shadowRoot.querySelectorAll("iframe").length, 0)} frames, 0 requests`;
    },
    "Two copies of its script get along": async () => {
      const first = customElements.get("headshot-embed");
      await import(new URL("embed/headshot-embed.js?again", HERE));
      holds(customElements.get("headshot-embed") === first, "the second took over");
      return "the first one stays";
    },
    "Its script loads where there is no document": async () => {
      const script = `import(${JSON.stringify(new URL("embed/headshot-embed.js", HERE))}).then(
        ({ HeadshotEmbed }) => postMessage(typeof HeadshotEmbed), (error) => postMessage(String(error)))`;
      const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })), { type: "module" });
      const said = await new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); });
      worker.terminate();
      return same(said, "function") && "in a worker";
    },
    "It keeps nothing in this browser": () => {
      same(document.cookie, "");
      return `${same(localStorage.length + sessionStorage.length, 0)} entries`;
    },
  },
};

// --- The page

let firstHeight;

const WORDS = { waits: "", runs: "running …", holds: "holds", fails: "does not hold", skipped: "not checked" };

function preparePage() {
  const [run, copy, sum] = ["run", "copy", "sum"].map((id) => document.querySelector(`#${id}`));
  const table = document.querySelector("table");
  const rows = [];
  for (const [group, checks] of Object.entries(CHECKS)) {
    const body = table.createTBody();
    const heading = cell(body.insertRow(), "th", { scope: "rowgroup", colSpan: 3 });
    heading.textContent = group;
    for (const [what, check] of Object.entries(checks)) rows.push(row(body, group, what, check));
  }
  document.querySelector("#agent").textContent = navigator.userAgent;
  run.addEventListener("click", async () => {
    // Not `disabled`, which would take the focus away.
    if (run.ariaDisabled === "true") return;
    [run.ariaDisabled, copy.hidden] = ["true", true];
    document.documentElement.toggleAttribute("data-running", true);
    for (const row of rows) row.show("waits", "");
    try {
      await loadWidget();
    } catch (error) {
      sum.textContent = `The widget's files are not in embed/, beside this page: ${error.message}`;
      document.documentElement.toggleAttribute("data-running", false);
      run.ariaDisabled = "false";
      return;
    }
    for (const [place, row] of rows.entries()) {
      sum.textContent = `${place + 1} of ${rows.length} …`;
      await row.run();
      stage.replaceChildren();
    }
    document.documentElement.toggleAttribute("data-running", false);
    const count = (result) => rows.filter((row) => row.result === result).length;
    const said = [`${count("holds")} of ${rows.length} hold`, count("fails") && `${count("fails")} do not`, count("skipped") && `${count("skipped")} not checked`];
    sum.textContent = `${said.filter(Boolean).join(", ")}.`;
    [run.ariaDisabled, copy.hidden] = ["false", false];
    document.documentElement.dataset.conformance = count("fails") === 0 ? "holds" : "fails";
  });
  copy.addEventListener("click", async () => {
    const text = markdown(rows);
    await navigator.clipboard.writeText(text).then(() => { sum.textContent = "The table is copied."; }, () => byHand(text));
  });
}

/** The element as it is before its script has run, and then its script. */
async function loadWidget() {
  if (customElements.get("headshot-embed")) return;
  const style = document.createElement("link");
  Object.assign(style, { rel: "stylesheet", href: new URL("embed/headshot-embed.css", HERE) });
  const isThere = new Promise((resolve) => { style.onload = style.onerror = resolve; });
  document.head.append(style);
  await isThere;
  const place = wholeWidth();
  place.append(document.createElement("headshot-embed"));
  firstHeight = place.offsetHeight;
  place.remove();
  recordListeners();
  await import(new URL("embed/headshot-embed.js", HERE));
}

function row(body, group, what, check) {
  const line = body.insertRow();
  cell(line, "th", { scope: "row" }).textContent = what;
  const pill = document.createElement("span");
  pill.className = "pill";
  cell(line, "td", { className: "result" }).append(pill);
  const seen = cell(line, "td", { className: "seen" });
  const made = {
    group, what, result: "waits",
    show(result, text) {
      Object.assign(made, { result, seen: text });
      line.dataset.result = result;
      pill.textContent = WORDS[result];
      seen.textContent = text;
    },
    async run() {
      made.show("runs", "");
      try {
        made.show("holds", String(await check()));
      } catch (error) {
        made.show(error instanceof Skipped ? "skipped" : "fails", error.message);
      }
    },
  };
  made.show("waits", "");
  return made;
}

function cell(line, tag, properties) {
  const made = Object.assign(document.createElement(tag), properties);
  line.append(made);
  return made;
}

function markdown(rows) {
  const escaped = (text) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  const lines = rows.map(({ group, what, result, seen }) => `| ${[group, what, WORDS[result], seen].map(escaped).join(" | ")} |`);
  return [`${navigator.userAgent}`, "", "| part | what is checked | result | what was seen |", "| --- | --- | --- | --- |", ...lines, ""].join("\n");
}

/** Where the browser does not copy, the person can. */
function byHand(text) {
  const area = Object.assign(document.createElement("textarea"), { value: text, readOnly: true, rows: 12 });
  area.setAttribute("aria-label", "The table");
  area.style.inlineSize = "100%";
  stage.replaceChildren(area);
  area.select();
}

if (location.hash === "#studio") playStudio();
else if (location.hash === "#redirect") location.replace(`${new URL(location).searchParams.get("to")}#studio`);
else preparePage();
