// Makes the npm package's folder: node stage.mjs <wasm-bindgen's output> <package folder>
//
// Copies the hand-written files and wasm-bindgen's `--target web` output, unless they are there already, and writes the
// wasm a second time as base64 in a JavaScript file, for the runtimes that cannot import a .wasm file.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const GENERATED = ["headshot_wasm.js", "headshot_wasm_bg.wasm"];
const INLINE = "headshot_wasm_inline.js";

const here = dirname(fileURLToPath(import.meta.url));
const [output, target] = process.argv.slice(2).map((folder) => resolve(folder));
if (!target) {
  console.error("usage: node stage.mjs <wasm-bindgen's output> <package folder>");
  process.exit(2);
}

const { files } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const written = files.filter((file) => !GENERATED.includes(file) && file !== INLINE);

mkdirSync(target, { recursive: true });
for (const file of [...written, "package.json", "README.md"]) copy(here, target, file);
for (const file of GENERATED) copy(output, target, file);
writeFileSync(join(target, INLINE), inline(readFileSync(join(target, "headshot_wasm_bg.wasm"))));

function copy(from, to, file) {
  if (from !== to) copyFileSync(join(from, file), join(to, file));
}

function inline(wasm) {
  return `// The same as headshot_wasm_bg.wasm.
const base64 =
  "${wasm.toString("base64")}";

export const bytes = () => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
`;
}
