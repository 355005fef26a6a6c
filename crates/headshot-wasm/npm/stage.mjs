// Makes the npm package's folder: node stage.mjs <esbuild> <full wasm> <wasm without events> <package folder>
//
// Every entry becomes one file of its own, because each file costs its time when a program starts. For the runtimes that
// cannot import a .wasm file it stands inside, as text.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { encoded } from "./encoded.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [program, full, small, target] = process.argv.slice(2).map((path) => resolve(path));
if (!target) {
  console.error("usage: node stage.mjs <esbuild> <full wasm> <wasm without events> <package folder>");
  process.exit(2);
}
// The program is a link into its package, or beside it in `.bin`.
const esbuild = createRequire(program)("esbuild");

/** The package's two halves: everything, and the verdict alone. */
const HALVES = [
  { name: "index", source: "index.js", wasm: "headshot_verify.wasm", built: full },
  { name: "verify", source: "verify.js", wasm: "headshot_verify_only.wasm", built: small },
];

mkdirSync(target, { recursive: true });
for (const file of ["package.json", "README.md"]) copyFileSync(join(here, file), join(target, file));
for (const half of HALVES) {
  copyFileSync(half.built, join(target, half.wasm));
  await bundle(half, `${half.name}.js`, "esm", "inline");
  await bundle(half, `${half.name}.cjs`, "cjs", "inline");
  await bundle(half, `${half.name}.workerd.js`, "esm", half.wasm);
  await bundle(half, `${half.name}.edge-light.js`, "esm", `${half.wasm}?module`);
  // The same types, once for each kind of module.
  for (const kind of ["d.ts", "d.cts"]) writeFileSync(join(target, `${half.name}.${kind}`), types(half.name, kind));
}

async function bundle({ source, built }, file, format, module) {
  await esbuild.build({
    entryPoints: [join(here, "src", source)],
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
