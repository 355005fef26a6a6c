// Makes the npm package's folder: node stage.mjs <esbuild> <wasm with events> <wasm without> <wasm with tools> <package folder>
//
// Every entry becomes one file of its own, because each file costs its time when a program starts. For the runtimes that
// cannot import a .wasm file it stands inside, as text.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { encoded } from "./encoded.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [program, events, alone, tools, target] = process.argv.slice(2).map((path) => resolve(path));
if (!target) {
  console.error("usage: node stage.mjs <esbuild> <wasm with events> <wasm without> <wasm with tools> <package folder>");
  process.exit(2);
}
// The program is a link into its package, or beside it in `.bin`.
const esbuild = createRequire(program)("esbuild");

/** The package's entries: all that a server needs, the verdict alone, and what developers and tests need. */
const ENTRIES = [
  { name: "index", wasm: "headshot_verify.wasm", built: events },
  { name: "verify", wasm: "headshot_verify_only.wasm", built: alone },
  { name: "tools", wasm: "headshot_verify_tools.wasm", built: tools },
];

mkdirSync(target, { recursive: true });
for (const file of ["package.json", "README.md"]) copyFileSync(join(here, file), join(target, file));
for (const entry of ENTRIES) {
  copyFileSync(entry.built, join(target, entry.wasm));
  await bundle(entry, `${entry.name}.js`, "esm", "inline");
  await bundle(entry, `${entry.name}.cjs`, "cjs", "inline");
  await bundle(entry, `${entry.name}.workerd.js`, "esm", entry.wasm);
  await bundle(entry, `${entry.name}.edge-light.js`, "esm", `${entry.wasm}?module`);
  // The same types, once for each kind of module.
  for (const kind of ["d.ts", "d.cts"]) writeFileSync(join(target, `${entry.name}.${kind}`), types(entry.name, kind));
}

async function bundle({ name, built }, file, format, module) {
  await esbuild.build({
    entryPoints: [join(here, "src", `${name}.js`)],
    outfile: join(target, file),
    bundle: true,
    format,
    target: "es2022",
    platform: "neutral",
    // Names stay, so that a stack and an inspected object can be read.
    minifySyntax: true,
    minifyWhitespace: true,
    plugins: [{ name: "module", setup: (build) => provideModule(build, module, built) }],
  });
}

/** Gives the import of `wasm:module` its meaning: a file of the package, or the bytes in the code itself. */
function provideModule(build, module, built) {
  build.onResolve({ filter: /^wasm:module$/ }, () => {
    return module === "inline" ? { path: "inline", namespace: "wasm" } : { path: `./${module}`, external: true };
  });
  build.onLoad({ filter: /^inline$/, namespace: "wasm" }, () => ({ contents: inline(readFileSync(built)), resolveDir: join(here, "src") }));
}

function inline(wasm) {
  return `import { decoded } from "./decoded.js";
export default new WebAssembly.Module(decoded(${JSON.stringify(encoded(wasm))}, ${wasm.length}));`;
}

function types(name, kind) {
  const text = readFileSync(join(here, `${name}.d.ts`), "utf8");
  return kind === "d.cts" ? text.replaceAll('.js"', '.cjs"') : text;
}
