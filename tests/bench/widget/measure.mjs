// What the widget costs a page: node measure.mjs <rounds> <embed files> <esbuild> <browser> <file for the figures>
//
// Beside a page written by hand that makes the same request and then a frame, and beside peers that take the address of
// their frame from the page. Each has its script in a file of its own, as a page with a Content-Security-Policy has it.

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

import { leftBehind } from "./cycles.mjs";
import { asked } from "./hour.mjs";
import { load, start } from "./load.mjs";
import { peers, sizes } from "./sizes.mjs";

const [rounds, embed, program, chrome, output] = process.argv.slice(2);
const esbuild = createRequire(resolve(program))("esbuild");

const NETWORKS = { here: undefined, slow: { download: 200_000, upload: 200_000, latency: 150 } };

const pages = await start(embed, await peers(esbuild));
const rows = pages.names.map((name) => ({ name, section: "load", base: "by hand", figures: {} }));
for (const [network, limits] of Object.entries(NETWORKS)) {
  for (let round = 0; round < Number(rounds); round += 1) {
    for (const { name, figures } of rows) {
      for (const [what, took] of Object.entries(await load(pages, name, chrome, limits))) {
        (figures[`${network} ${what}`] ??= []).push(took);
      }
    }
  }
}
const hours = await asked(pages, chrome);
const left = await leftBehind(pages, chrome);
writeFileSync(output, JSON.stringify({ rows, sizes: await sizes(esbuild, embed), hours, left, bundler: `esbuild ${esbuild.version}` }));
process.exit(0);
