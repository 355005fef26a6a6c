// The element in pages that bundlers have made, with no setting for it, and what happens there when its wasm fails to load.

import assert from "node:assert/strict";
import { createServer as createHttpServer } from "node:http";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import * as esbuild from "esbuild";
import puppeteer from "puppeteer-core";
import * as vite from "vite";
import webpack from "webpack";

import { comeAndGo, counted } from "../bench/widget/leftovers.mjs";
import { projectWith, runIn, tool } from "./project.mjs";
import { served as printed } from "./servers.mjs";

const FIREFOX = process.env.HEADSHOT_FIREFOX ?? "/usr/bin/firefox-esr";
const AXE = fileURLToPath(new URL("frameworks/node_modules/axe-core/axe.min.js", import.meta.url));
const SCRIPT = 'import "headshot-widget";\n';
const TYPES = { ".js": "text/javascript", ".html": "text/html", ".css": "text/css", ".wasm": "application/wasm" };

/** Each way to make a page of `page.mjs`: its server's address and path, and whether the wasm has a file of its own there. */
const PAGES = {
  "esbuild, as a module": async (t, root) => served(t, await bundled(root, "esm"), "module"),
  "esbuild, as a plain script": async (t, root) => served(t, await bundled(root, "iife"), "text/javascript"),
  "Vite, built": async (t, root) => {
    await vite.build({ root, configFile: false, logLevel: "error" });
    return { address: await folder(t, join(root, "dist")), hasFile: true };
  },
  "Vite, in development": async (t, root) => {
    const server = await vite.createServer({ root, configFile: false, logLevel: "error", server: { port: 0 } });
    t.after(() => server.close());
    await server.listen();
    return { address: server.resolvedUrls.local[0], hasFile: true };
  },
  "Next.js": async (t, root, element) => {
    mkdirSync(join(root, "app"), { recursive: true });
    const html = "export default ({ children }) => <html lang='en'><body>{children}</body></html>;";
    writeFileSync(join(root, "app/layout.jsx"), html);
    const props = element.match(/ .*(?=><)/)[0];
    writeFileSync(join(root, "app/page.jsx"), `"use client";\n${SCRIPT}export default () => <headshot-embed${props} />;`);
    await runIn(root, tool("next"), ["build"]);
    return { address: await printed(t, root, tool("next"), ["start", "--port", "0"]), hasFile: true };
  },
  webpack: async (t, root) => {
    const output = { path: join(root, "out"), filename: "page.js", publicPath: "auto" };
    const stats = await promisify(webpack)({ context: root, mode: "production", entry: "./page.mjs", output });
    assert.deepEqual(stats.toJson({ all: false, errors: true, warnings: false }).errors, []);
    return { ...(await served(t, join(root, "out"), "text/javascript")), hasFile: true };
  },
};

test("the element comes from every bundler, and again after its wasm was lost on the way", async (t) => {
  const root = await projectWith(t, "headshot-widget");
  const server = await headshotServer(t);
  const element = `<headshot-embed server="${server}" session="ses_1" token="hct_1"></headshot-embed>`;
  writeFileSync(join(root, "page.mjs"), SCRIPT);
  writeFileSync(join(root, "index.html"), `<!doctype html>${element}<script type="module" src="/page.mjs"></script>`);
  const browser = await launched(t);
  for (const [name, make] of Object.entries(PAGES)) {
    await t.test(name, async (t) => {
      const { address, type, hasFile } = await make(t, root, element);
      if (type) writePage(root, type, element);
      await shows(browser, address);
      if (hasFile) await recovers(browser, address);
    });
  }
});

test("no rule of accessibility is broken in any state", async (t) => {
  const root = await projectWith(t, "headshot-widget");
  const shown = {};
  const server = await headshotServer(t, shown);
  const browser = await launched(t);
  const photo = (number) => ({ id: `pho_${number}`, url: `${server}/${number}`, expiresAt: "2027-01-02T03:04:05Z" });
  const states = {
    awaiting_user: {},
    in_review: { providerStatus: "waiting" },
    processing: { providerStatus: "generatingHeadshots" },
    ready: { providerStatus: "active", photos: [1, 2, 3].map(photo), favoritePhotoId: "pho_2" },
    failed: { providerStatus: "gone" },
    deleted: { providerStatus: "deleted" },
    // No link of the provider's, and so an error.
    on_hold: { surface: { kind: "frame", url: "javascript:alert(1)", origins: [] } },
  };
  const element = `<headshot-embed server="${server}" session="ses_1" token="hct_1"></headshot-embed>`;
  const { address, type } = await served(t, await bundled(root, "esm"), "module");
  writePage(root, type, element);
  for (const value of ["light", "dark"]) {
    for (const [state, more] of Object.entries(states)) {
      const surface = { kind: "frame", url: `${address}/page.js`, origins: [address] };
      const plain = { photos: [], favoritePhotoId: undefined, surface };
      Object.assign(shown, plain, more, { state });
      const page = await browser.newPage();
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
      await page.goto(address);
      await waitFor(page, `[data-state=${state}]`);
      await page.addScriptTag({ path: AXE });
      assert.deepEqual(await page.evaluate(brokenRules), [], `${state}, ${value}`);
      await page.close();
    }
  }
});

async function brokenRules() {
  const { violations } = await globalThis.axe.run("headshot-embed", { iframes: false });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(", ")}`);
}

test("Firefox shows the element and the studio in it", { skip: !existsSync(FIREFOX) && `there is no ${FIREFOX}` }, async (t) => {
  const root = await projectWith(t, "headshot-widget");
  const studio = await listening(t, (request, response) => response.end("studio"));
  const server = await headshotServer(t, { surface: { kind: "frame", url: `${studio}/studio`, origins: [studio] } });
  const { address, type } = await served(t, await bundled(root, "esm"), "module");
  writePage(root, type, `<headshot-embed server="${server}" session="ses_1" token="hct_1"></headshot-embed>`);
  const browser = await puppeteer.launch({ browser: "firefox", executablePath: FIREFOX, headless: true });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(address);
  await waitFor(page, "[data-state=awaiting_user]");
  // The document of another origin cannot be seen.
  const hasArrived = () => document.querySelector("headshot-embed").shadowRoot.querySelector("iframe")?.contentDocument === null;
  await page.waitForFunction(hasArrived, { timeout: 60_000 });
});

test("code that was lost on the way is asked for again before anything is said", async (t) => {
  const root = await projectWith(t, "headshot-widget");
  const server = await headshotServer(t);
  const element = `<headshot-embed server="${server}" session="ses_1" token="hct_1"></headshot-embed>`;
  const files = join(root, "node_modules/headshot-widget");
  writeFileSync(join(files, "index.html"), `<!doctype html>${element}<script type="module" src="/headshot-embed.js"></script>`);
  const browser = await launched(t);
  const page = await browser.newPage();
  await page.setRequestInterception(true);
  let lost = 0;
  page.on("request", (request) => {
    const loses = lost === 0 && /\/headshot_widget-\w+\.js$/.test(request.url());
    lost += loses;
    return loses ? request.abort() : request.continue();
  });
  await page.evaluateOnNewDocument(() => {
    globalThis.errors = 0;
    addEventListener("headshot-error", () => (errors += 1));
  });
  await page.goto(await folder(t, files));
  await waitFor(page, "[data-state=awaiting_user]");
  assert.deepEqual([lost, await page.evaluate(() => errors)], [1, 0]);
});

test("a page whose capture was lost on the way is loaded again", async (t) => {
  const root = await projectWith(t, "headshot-widget");
  const uploads = { mediaTypes: ["image/jpeg", "image/png"], maxBytes: 1000, maxPixels: 1000, minFiles: 1, maxFiles: 5 };
  const server = await headshotServer(t, { surface: { kind: "upload", ...uploads } });
  const element = `<headshot-embed server="${server}" session="ses_1" token="hct_1"></headshot-embed>`;
  const files = join(root, "node_modules/headshot-widget");
  const script = `<script type="module" src="/headshot-embed.js"></script>`;
  writeFileSync(join(files, "index.html"), `<!doctype html>${element}${script}`);
  const browser = await launched(t);
  const page = await browser.newPage();
  await page.setRequestInterception(true);
  let lost = 0;
  page.on("request", (request) => {
    const loses = lost === 0 && request.url().endsWith("/headshot-capture.js");
    lost += loses;
    return loses ? request.abort() : request.continue();
  });
  await page.goto(await folder(t, files));
  await waitFor(page, "headshot-capture > button");
  assert.equal(lost, 1);
  await page.evaluate(() => document.querySelector("headshot-embed").shadowRoot.querySelector("headshot-capture > button").click());
  await waitFor(page, "headshot-capture:defined");
});

test("two hundred elements that came and went leave nothing behind", async (t) => {
  const root = await projectWith(t, "headshot-widget");
  const server = await headshotServer(t, {
    surface: { kind: "frame", url: "http://localhost:1/studio", origins: ["http://localhost:1"] },
  });
  const { address } = await served(t, await bundled(root, "esm"), "module");
  writePage(root, "module", "");
  const browser = await launched(t);
  const page = await browser.newPage();
  await page.goto(address);
  await comeAndGo(page, server, 20);
  const before = await counted(page);
  await comeAndGo(page, server, 200);
  const after = await counted(page);
  for (const kind of ["JSEventListeners", "Nodes", "Frames"]) {
    assert.ok(after[kind] <= before[kind] + 10, `${kind}: ${before[kind]}, then ${after[kind]}`);
  }
  const grown = after.JSHeapUsedSize - before.JSHeapUsedSize;
  assert.ok(grown < 500_000, `the heap has grown by ${grown} bytes`);
});

test("importing the package does nothing where there is no DOM", async (t) => {
  const root = await projectWith(t, "headshot-widget");
  const code = 'import { HeadshotEmbed } from "headshot-widget"; console.log(typeof HeadshotEmbed);';
  writeFileSync(join(root, "import.mjs"), code);
  assert.equal(await runIn(root, "node", ["import.mjs"]), "function\n");
  assert.equal(await runIn(root, tool("deno"), ["run", "--no-lock", "import.mjs"]), "function\n");
});

async function launched(t) {
  const executablePath = process.env.HEADSHOT_CHROME ?? "/usr/bin/chromium";
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic"];
  const browser = await puppeteer.launch({ executablePath, args, headless: true });
  t.after(() => browser.close());
  return browser;
}

async function shows(browser, address) {
  const page = await browser.newPage();
  await page.goto(address);
  await waitFor(page, "[data-state=awaiting_user]");
  await page.close();
}

async function recovers(browser, address) {
  const page = await browser.newPage();
  await page.setRequestInterception(true);
  let isLost = false;
  page.on("request", (request) => {
    const loses = !isLost && request.url().includes(".wasm");
    isLost ||= loses;
    return loses ? request.abort() : request.continue();
  });
  await page.goto(address);
  await waitFor(page, "[data-code=widget_unavailable]");
  assert.ok(isLost);
  await page.evaluate(() => document.querySelector("headshot-embed").shadowRoot.querySelector("[part~=retry]").click());
  await waitFor(page, "[data-state=awaiting_user]");
  await page.close();
}

async function waitFor(page, css) {
  const isThere = (css) => document.querySelector("headshot-embed")?.shadowRoot?.querySelector(css);
  await page.waitForFunction(isThere, { timeout: 60_000 }, css).catch(async (error) => {
    const shown = await page.evaluate(() => document.querySelector("headshot-embed")?.shadowRoot?.textContent);
    throw new Error(`${error}: waited for ${css}, the element shows ${shown}`);
  });
}

async function bundled(root, format) {
  writeFileSync(join(root, "page.mjs"), SCRIPT);
  const outdir = join(root, `esbuild-${format}`);
  await esbuild.build({ absWorkingDir: root, entryPoints: ["page.mjs"], bundle: true, format, outdir, logLevel: "error" });
  return outdir;
}

async function served(t, folderOfPage, type) {
  return { address: await folder(t, folderOfPage), type };
}

function writePage(root, type, element) {
  for (const name of ["esbuild-esm", "esbuild-iife", "out"]) {
    const head = '<html lang="en"><meta name="color-scheme" content="light dark"><style>body { background: Canvas }</style><title>Page</title>';
    const page = `<!doctype html>${head}${element}<script type="${type}" src="/page.js"></script>`;
    mkdirSync(join(root, name), { recursive: true });
    writeFileSync(join(root, name, "index.html"), page);
  }
}

/** A folder over HTTP. As development servers do it, a file that is not there is answered with the page. */
async function folder(t, root) {
  return listening(t, (request, response) => {
    // A page asks on while the test already clears up.
    if (!existsSync(root)) return response.writeHead(404).end();
    const name = new URL(request.url, "http://localhost").pathname.slice(1);
    const file = readdirSync(root, { recursive: true }).includes(name) && extname(name) ? name : "index.html";
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain" }).end(readFileSync(join(root, file)));
  });
}

/** A headshot server with one session, whose person has yet to take photos. */
async function headshotServer(t, changed = {}) {
  const session = {
    id: "ses_1", provider: "headshotpro", state: "awaiting_user", providerStatus: "onboarding", testMode: true,
    photos: [], createdAt: "2026-01-02T03:04:05Z", updatedAt: "2026-01-02T03:04:05Z",
  };
  return listening(t, (request, response) => {
    response.writeHead(200, {
      "access-control-allow-origin": "*",
      "access-control-allow-headers": "authorization, if-none-match, prefer",
      "content-type": "application/json",
    });
    response.end(JSON.stringify({ ...session, ...changed }));
  });
}

async function listening(t, answer) {
  const server = createHttpServer(answer);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${server.address().port}`;
}
