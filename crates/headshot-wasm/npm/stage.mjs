// Makes the npm package's folder:
// node stage.mjs <esbuild> <wasm with events> <wasm of the verdict alone> <wasm that explains and signs>
//   <the same three without SIMD> <package folder>
//
// Every entry becomes one file of its own, because each file costs its time when a program starts. For the runtimes that
// cannot import a .wasm file it stands inside, as text.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { encoded } from "./encoded.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [program, events, verdict, explain, scalarEvents, scalarVerdict, scalarExplain, target] = process.argv
  .slice(2)
  .map((path) => resolve(path));
if (!target) {
  console.error("usage: node stage.mjs <esbuild> <wasm with events> <of the verdict> <of explain> <three scalar ones> <folder>");
  process.exit(2);
}
// The program is a link into its package, or beside it in `.bin`.
const esbuild = createRequire(program)("esbuild");

/** The package's files: two entries, and what the first one loads when `explain` or `sign` is called. */
const ENTRIES = [
  { name: "index", wasm: "headshot_verify.wasm", built: events, scalar: scalarEvents },
  { name: "verify", wasm: "headshot_verify_only.wasm", built: verdict, scalar: scalarVerdict },
  // Its errors have to be those of the entry that it belongs to.
  { name: "explain", wasm: "headshot_verify_explain.wasm", built: explain, scalar: scalarExplain, errors: "lent-error.js" },
];

/**
 * What the runtimes need: the end of the file's name, the kind of module, where the wasm comes from, and in Node what
 * the main entry loads `explain` with.
 */
const KINDS = [
  { end: "js", format: "esm", wasm: small },
  { end: "cjs", format: "cjs", wasm: small },
  { end: "node.js", format: "esm", wasm: quick, require: "createRequire(import.meta.url)" },
  { end: "node.cjs", format: "cjs", wasm: quick, require: "require" },
  { end: "workerd.js", format: "esm", wasm: ({ wasm }) => imported(`./${wasm}`) },
  { end: "edge-light.js", format: "esm", wasm: ({ wasm }) => imported(`./${wasm}?module`) },
];

/** What frameworks need around a verifier, which the program makes; so no adapter has a wasm. */
const ADAPTERS = ["express", "next", "hono", "fastify", "lambda"];

/** The kinds of modules, and how their files end. */
const MODULES = [
  { end: "js", format: "esm" },
  { end: "cjs", format: "cjs" },
];

mkdirSync(target, { recursive: true });
for (const file of ["package.json", "README.md", "CHANGELOG.md"]) copyFileSync(join(here, file), join(target, file));
for (const file of ["LICENSE-MIT", "LICENSE-APACHE"]) copyFileSync(join(here, "../../..", file), join(target, file));
for (const entry of ENTRIES) {
  copyFileSync(entry.built, join(target, entry.wasm));
  copyFileSync(entry.scalar, join(target, scalar(entry)));
  for (const kind of KINDS.filter(({ end }) => `${entry.name}.${end}` !== "explain.node.js")) await bundle(entry, kind);
}
for (const name of ADAPTERS) {
  for (const { end, format } of MODULES) await adapter(name, end, format);
}
for (const [folder, names] of [["", ["index", "verify"]], ["adapters", ["options", ...ADAPTERS]]]) {
  for (const name of names) types(folder, name);
}

/** The same types, once for each kind of module. */
function types(folder, name) {
  const types = readFileSync(join(here, folder, `${name}.d.ts`), "utf8");
  writeFileSync(join(target, `${name}.d.ts`), types);
  writeFileSync(join(target, `${name}.d.cts`), types.replaceAll('.js"', '.cjs"'));
}

async function bundle(entry, kind) {
  const { end, format, wasm, require } = kind;
  const sources = {
    "wasm:module": wasm(entry, kind),
    "package:explain": require ? required(require) : there(`./explain.${end}`),
    "./error.js": entry.errors && `export * from "./${entry.errors}";`,
  };
  await esbuild.build({
    entryPoints: [join(here, "src", `${entry.name}.js`)],
    outfile: join(target, `${entry.name}.${end}`),
    bundle: true,
    format,
    target: "es2022",
    platform: "neutral",
    // Names stay, so that a stack and an inspected object can be read.
    minifySyntax: true,
    minifyWhitespace: true,
    plugins: [{ name: "package", setup: (build) => provide(build, sources) }],
  });
}

function adapter(name, end, format) {
  const entryPoints = [join(here, "src/adapters", `${name}.js`)];
  const outfile = join(target, `${name}.${end}`);
  return esbuild.build({ entryPoints, outfile, bundle: true, format, target: "es2022", platform: "neutral" });
}

/** Gives imports their meaning: the sources of this build, and the package's other files. */
function provide(build, sources) {
  build.onResolve({ filter: /./ }, ({ path, kind }) => {
    if (kind === "entry-point") return undefined;
    if (sources[path]) return { path, namespace: "source" };
    const isOfPackage = path.includes(".wasm") || path.startsWith("./explain.") || path.startsWith("node:");
    return isOfPackage ? { path, external: true, sideEffects: false } : undefined;
  });
  build.onLoad({ filter: /./, namespace: "source" }, ({ path }) => {
    return { contents: sources[path], resolveDir: join(here, "src") };
  });
}

/** The file of an entry's wasm that needs no SIMD, which only Node reads: servers run on the oldest virtual CPUs. */
function scalar({ wasm }) {
  return wasm.replace(".wasm", "_scalar.wasm");
}

/** The bytes in as few letters as possible. */
function small({ built }) {
  const wasm = readFileSync(built);
  return `import { compiled } from "./compiled.js";
import { decoded } from "./decoded.js";
export default () => compiled(decoded(${JSON.stringify(encoded(wasm))}, ${wasm.length}));`;
}

/** The bytes in the letters that Node turns into bytes fastest, and where those without SIMD are. */
function quick(entry, { require }) {
  // Only what every runtime has that is taken for Node is imported at once.
  return `import { createRequire } from "node:module";
import { compiled } from "./compiled.js";

function withoutSimd() {
  try {
    const load = ${require};
    return load("node:fs").readFileSync(load.resolve("./${scalar(entry)}"));
  } catch {
    // A bundler left it out.
    return undefined;
  }
}

export default () => compiled(Buffer.from("${readFileSync(entry.built).toString("base64")}", "base64"), withoutSimd);`;
}

/** `explain` out of a file that bundlers leave out where it is not called. */
function there(file) {
  return `export { explain, sign } from "${file}";`;
}

/** `explain` out of a file that is loaded when it is first called: Node takes milliseconds for it. */
function required(require) {
  return `import { createRequire } from "node:module";
import { refused } from "./error.js";

let loaded;

function load() {
  try {
    loaded ??= ${require}("./explain.node.cjs");
  } catch {
    throw refused("explain_missing");
  }
  return loaded;
}

export const explain = (...given) => load().explain(...given);
export const sign = (...given) => load().sign(...given);`;
}

/** The bytes in a file of their own, which the runtime has compiled before. */
function imported(file) {
  return `import module from "${file}";
export default () => module;`;
}
