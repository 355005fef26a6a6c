// Cold loads: each starts a new browser. From the request for the page to the request for the frame, as the servers see
// them, and to the first paint, as the page sees it: no page has anything on it but what its script puts there.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import puppeteer from "puppeteer-core";

const HEADERS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "authorization, if-none-match, prefer",
  "access-control-expose-headers": "etag",
};

const OURS = "headshot-widget";
const BY_HAND = "by hand";

/** The servers of host, session and studio, and a page for each who is measured: `bundles` are those of peers by name. */
export async function start(embed, bundles) {
  const pages = { arrived: () => {} };
  pages.studio = await listening((request, response) => {
    if (request.url.includes("studio")) pages.arrived(performance.now());
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><p>studio");
  });
  pages.server = await listening((request, response) => {
    const session = {
      id: "ses_1", provider: "headshotpro", state: "awaiting_user", providerStatus: "onboarding", photos: [],
      surface: { kind: "frame", url: `${pages.studio}/studio`, origins: [pages.studio] },
    };
    const waits = request.headers["if-none-match"] && request.method === "GET";
    response.writeHead(waits ? 304 : 200, { ...HEADERS, etag: '"1"', "content-type": "application/json" });
    response.end(waits ? undefined : JSON.stringify(session));
  });
  pages.element = `<headshot-embed server="${pages.server}" session="ses_1" token="hct_1"></headshot-embed>`;
  const scripts = { [BY_HAND]: byHand(pages.server), ...Object.fromEntries(bundles.map(({ name, script }) => [name, script(pages)])) };
  pages.names = [OURS, ...Object.keys(scripts)];
  pages.host = await listening((request, response) => {
    const name = decodeURIComponent(request.url.slice(1));
    const isPage = pages.names.includes(name) || name === "empty";
    const type = isPage ? "text/html" : name.endsWith(".wasm") ? "application/wasm" : "text/javascript";
    response.writeHead(200, { "content-type": type, "content-encoding": "gzip" });
    response.end(gzipSync(isPage ? page(name) : (scripts[name.replace(/\.js$/, "")] ?? file(name)), { level: 9 }));
  });
  return pages;

  function page(name) {
    const isOurs = name === OURS || name === "empty";
    const source = isOurs ? "/headshot-embed.js" : `/${encodeURIComponent(name)}.js`;
    const body = name === OURS ? pages.element : '<div id="place"></div>';
    return `<!doctype html><title>Page</title><body>${body}<script type="module" src="${source}"></script>`;
  }

  function file(name) {
    try {
      return readFileSync(join(embed, name));
    } catch {
      return "";
    }
  }
}

/** The same request, and a frame with its answer. */
function byHand(server) {
  return `
    const line = document.createElement("p");
    line.textContent = "Opening your photo studio…";
    document.body.append(line);
    const headers = { authorization: "Bearer hct_1" };
    const session = await (await fetch("${server}/v1/sessions/ses_1", { headers, cache: "no-store" })).json();
    const frame = document.createElement("iframe");
    frame.allow = "camera";
    frame.src = session.surface.url;
    document.body.append(frame);`;
}

export async function load(pages, name, chrome, limits) {
  const browser = await launched(chrome);
  try {
    const [page] = await browser.pages();
    if (limits) await page.emulateNetworkConditions(limits);
    const arrival = new Promise((resolve, reject) => {
      pages.arrived = resolve;
      setTimeout(reject, 30_000, new Error(`no frame in the page ${name}`)).unref();
    });
    const began = performance.now();
    page.goto(`${pages.host}/${encodeURIComponent(name)}`).catch(() => {});
    const frame = (await arrival) - began;
    // A peer shows nothing of its own before its frame.
    if (![OURS, BY_HAND].includes(name)) return { frame };
    const painted = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
    const paint = await (await page.waitForFunction(painted, { timeout: 30_000 })).jsonValue();
    return { frame, paint };
  } finally {
    await browser.close();
  }
}

export function launched(executablePath) {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic"];
  return puppeteer.launch({ executablePath, args, headless: true });
}

async function listening(answer) {
  const server = createServer(answer);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${server.address().port}`;
}
