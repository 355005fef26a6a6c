// How long a fresh process takes from `import()` to its first verdict: node start.mjs <rounds> <file for the figures>
//
// Each round starts one process per peer, in another order each round, and two that import what is empty: a module beside
// the program, and a package, which Node has to find first.

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { body, headers } from "./deliveries.mjs";
import { peers } from "./peers.mjs";
import { shuffled } from "./shuffled.mjs";

const rounds = Number(process.argv[2]);
const output = process.argv[3];

const bytes = body(1);
// Those that differ from another one only after the start have no `bundle`.
const rows = [{ name: "an empty module" }, { name: "an empty package" }, ...peers.filter(({ bundle }) => bundle)].map((peer) => ({ ...peer, figures: { loaded: [], verdict: [] } }));
makeEmptyPackage();
// The first process finds nothing in the system's cache of files.
for (let round = -1; round < rounds; round++) {
  for (const row of shuffled(rows)) {
    const figures = start(row);
    if (round < 0) continue;
    for (const [column, list] of Object.entries(row.figures)) list.push(figures[column]);
  }
}
writeFileSync(output, JSON.stringify({ rows: rows.map(({ name, figures }) => ({ name, section: "start", figures })) }));

function start({ name, scheme }) {
  const delivery = scheme ? [bytes.toString("base64"), JSON.stringify(headers(scheme, bytes))] : [];
  return JSON.parse(execFileSync(process.execPath, [join(import.meta.dirname, "started.mjs"), name, ...delivery], { encoding: "utf8" }));
}

/** A package with several entries, as ours is. */
function makeEmptyPackage() {
  const folder = join(import.meta.dirname, "node_modules/empty-package");
  const manifest = { name: "empty-package", type: "module", exports: { ".": "./index.js", "./verify": "./index.js" } };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "index.js"), "");
}
