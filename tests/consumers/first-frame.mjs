// How soon the provider's page is asked for: node first-frame.mjs [rounds]
//
// The element beside a page written by hand that makes the same request and then a frame, each with its script in a file
// of its own, as a page with a Content-Security-Policy has it. Each load starts a new browser; the two take turns. From the
// request for the page to the request for the frame, as the servers see them; medians. Both pages have a line of text, for a
// new browser takes its time over the first one.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import puppeteer from "puppeteer-core";

const ROUNDS = Number(process.argv[2] ?? 15);
const DIST = process.env.HEADSHOT_DIST ?? fileURLToPath(new URL("../../target/dist", import.meta.url));
const NETWORKS = { "this machine": undefined, "1.6 Mbit/s, 150 ms": { download: 200_000, upload: 200_000, latency: 150 } };

let arrived;
const studio = await listening((request, response) => {
  if (request.url === "/studio") arrived(performance.now());
  response.end("studio");
});
const server = await listening((request, response) => {
  const cors = { "access-control-allow-origin": "*", "access-control-allow-headers": "authorization, if-none-match, prefer" };
  response.writeHead(200, { ...cors, "content-type": "application/json" }).end(
    JSON.stringify({
      id: "ses_1", provider: "headshotpro", state: "awaiting_user", providerStatus: "onboarding", photos: [],
      surface: { kind: "frame", url: `${studio}/studio`, origins: [studio] },
    }),
  );
});

const BY_HAND = `
  const headers = { authorization: "Bearer hct_1" };
  const session = await (await fetch("${server}/v1/sessions/ses_1", { headers, cache: "no-store" })).json();
  const frame = document.createElement("iframe");
  frame.allow = "camera";
  frame.src = session.surface.url;
  document.body.append(frame);`;
const PAGES = {
  "by hand": { script: "/by-hand.js", body: "" },
  element: {
    script: "/embed/headshot-embed.js",
    body: `<headshot-embed server="${server}" session="ses_1" token="hct_1"></headshot-embed>`,
  },
};
const host = await listening((request, response) => {
  const page = PAGES[decodeURIComponent(request.url.slice(1))];
  if (page) {
    response.setHeader("content-type", "text/html");
    return response.end(`<!doctype html><title>Page</title><body><h1>Your headshot</h1>${page.body}<script type="module" src="${page.script}"></script>`);
  }
  response.setHeader("content-type", request.url.endsWith(".wasm") ? "application/wasm" : "text/javascript");
  response.setHeader("content-encoding", "gzip");
  return response.end(zipped(request.url));
});

for (const [network, limits] of Object.entries(NETWORKS)) {
  const took = Object.fromEntries(Object.keys(PAGES).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of Object.keys(PAGES)) took[name].push(await load(name, limits));
  }
  const [byHand, element] = Object.values(took).map(median);
  console.log(`${network}: by hand ${Math.round(byHand)} ms, element ${Math.round(element)} ms, ${(element / byHand).toFixed(2)}×`);
}
process.exit(0);

async function load(name, limits) {
  const executablePath = process.env.HEADSHOT_CHROME ?? "/usr/bin/chromium";
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic"];
  const browser = await puppeteer.launch({ executablePath, args, headless: true });
  const [page] = await browser.pages();
  if (limits) await page.emulateNetworkConditions(limits);
  const arrival = new Promise((resolve) => (arrived = resolve));
  const began = performance.now();
  page.goto(`${host}/${encodeURIComponent(name)}`).catch(() => {});
  const took = (await arrival) - began;
  await browser.close();
  return took;
}

function zipped(path) {
  try {
    return path === "/by-hand.js" ? gzipSync(BY_HAND) : gzipSync(readFileSync(join(DIST, path)), { level: 9 });
  } catch {
    return gzipSync("");
  }
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

async function listening(answer) {
  const server = createServer(answer);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${server.address().port}`;
}
