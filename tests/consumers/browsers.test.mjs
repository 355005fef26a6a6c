// The package in browsers: as the plain modules that it consists of, and bundled by each bundler with no setting.

import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import * as esbuild from "esbuild";
import puppeteer from "puppeteer-core";
import * as vite from "vite";
import webpack from "webpack";

import { project } from "./project.mjs";
import { folderServed } from "./servers.mjs";
import { ALL_RIGHT } from "./vectors.mjs";

const BROWSERS = [
  ["chrome", process.env.HEADSHOT_CHROME, "/usr/bin/chromium", ["--no-sandbox"]],
  ["firefox", process.env.HEADSHOT_FIREFOX, "/usr/bin/firefox-esr", []],
];

const IMPORTS = {
  "headshot-verify": "/node_modules/headshot-verify/index.js",
  "headshot-verify/verify": "/node_modules/headshot-verify/verify.js",
};

/** Each way to make a page, and its script. */
const PAGES = {
  plain: async () => "page.mjs",
  esbuild: async (root) => {
    await esbuild.build({ ...(within(root)), bundle: true, minify: true, format: "esm", outfile: "out/esbuild.js" });
    return "out/esbuild.js";
  },
  vite: async (root) => {
    const rollupOptions = { input: join(root, "page.mjs"), output: { entryFileNames: "vite.js" } };
    const build = { outDir: join(root, "out/vite"), target: "es2022", rollupOptions };
    await vite.build({ root, configFile: false, logLevel: "error", build });
    return "out/vite/vite.js";
  },
  webpack: async (root) => {
    const output = { path: join(root, "out"), filename: "webpack.js", module: true };
    const config = { context: root, mode: "production", entry: "./page.mjs", output, experiments: { outputModule: true } };
    const stats = await promisify(webpack)(config);
    assert.deepEqual(stats.toJson({ all: false, errors: true, warnings: false }).errors, []);
    return "out/webpack.js";
  },
};

const within = (root) => ({ absWorkingDir: root, entryPoints: ["page.mjs"] });

for (const [browser, own, usual, args] of BROWSERS) {
  const executablePath = own ?? usual;
  test(`${browser} gives every vector its verdict`, { skip: !existsSync(executablePath) && `there is no ${executablePath}` }, async (t) => {
    const root = await project(t, "web");
    const address = await folderServed(t, root);
    const started = await puppeteer.launch({ browser, executablePath, args, headless: true });
    t.after(() => started.close());
    for (const [name, build] of Object.entries(PAGES)) {
      await t.test(name, async () => {
        writeFileSync(join(root, `${name}.html`), html(await build(root)));
        assert.deepEqual(JSON.parse(await verdicts(started, `${address}/${name}.html`)), ALL_RIGHT);
      });
    }
  });
}

function html(script) {
  const map = JSON.stringify({ imports: IMPORTS });
  return `<!doctype html><script type="importmap">${map}</script><script type="module" src="/${script}"></script>`;
}

async function verdicts(browser, address) {
  const page = await browser.newPage();
  const failures = [];
  page.on("pageerror", (error) => failures.push(String(error)));
  await page.goto(address);
  const waited = page.waitForFunction(() => globalThis.verdicts, { timeout: 60_000 });
  const handle = await waited.catch((error) => {
    throw new Error(`${error}: ${failures.join("; ")}`);
  });
  const text = await handle.jsonValue();
  await page.close();
  return text;
}
