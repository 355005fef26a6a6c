// Makes the npm package's folder:
// node stage.mjs <esbuild> <wasm-bindgen's folder> <the capture's> <the code's wasm> <package folder>
//
// For each of the two elements one script holds what it does at once. What wasm-bindgen made and the wasm lie beside it,
// under names of their content, so that they never differ in version; it loads them once it has done what it can alone. For
// bundlers that leave the wasm behind it stands in a script of its own too, as text, which is loaded only there.

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { renamed } from "./glue.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const capture = join(here, "../../headshot-capture/npm");
const [program, ofWidget, ofCapture, ofCode, target] = process.argv.slice(2).map((path) => resolve(path));
if (!target) {
  console.error("usage: node stage.mjs <esbuild> <wasm-bindgen's folder> <the capture's> <the code's wasm> <package folder>");
  process.exit(2);
}
// The program is a link into its package, or beside it in `.bin`.
const esbuild = createRequire(program)("esbuild");

const WRITTEN = readdirSync(here).filter((name) => /\.(json|md|ts|css)$/.test(name));

/** The room that the code's wasm has for a link, in bytes. */
const LONGEST_LINK = 4096;

mkdirSync(target, { recursive: true });
for (const file of WRITTEN) copyFileSync(join(here, file), join(target, file));
for (const file of ["LICENSE-MIT", "LICENSE-APACHE"]) copyFileSync(join(here, "../../..", file), join(target, file));
copyFileSync(join(capture, "headshot-capture.d.ts"), join(target, "headshot-capture.d.ts"));
await bundle("headshot_widget", ofWidget, join(here, "src/headshot-embed.js"), [join(here, "src/headshot-standby.js")]);
await bundle("headshot_capture", ofCapture, join(capture, "headshot-capture.js"));
writeFileSync(join(target, "headshot-qr.js"), code(readFileSync(ofCode)));
for (const [tag, texts] of Object.entries(languages())) {
  writeFileSync(join(target, `language-${tag}.js`), `export default ${JSON.stringify(texts)};\n`);
  if (tag === "en") writeFileSync(join(target, "headshot-messages.d.ts"), messageTypes(Object.keys(texts)));
}

/** Every language's texts by their keys: the widget's, those of its script, and the capture's under a prefix. */
function languages() {
  const folder = join(here, "languages");
  const tags = readdirSync(folder).map((name) => name.replace(".json", ""));
  return Object.fromEntries(tags.map((tag) => {
    const read = (folder) => JSON.parse(readFileSync(join(folder, `${tag}.json`), "utf8"));
    const ofCapture = Object.entries(read(join(capture, "../languages"))).map(([key, text]) => [`capture.${key}`, text]);
    const dir = ["ar", "fa", "he", "ur"].includes(tag) ? "rtl" : "ltr";
    return [tag, { lang: tag, dir, ...read(folder), ...read(join(here, "../languages")), ...Object.fromEntries(ofCapture) }];
  }));
}

function messageTypes(keys) {
  const lines = keys.filter((key) => key !== "lang" && key !== "dir").map((key) => `  | "${key}"`);
  return `/** What can be said in other words; the English texts are in \`headshot-widget/languages/en.js\`. */
export type HeadshotMessageKey =
${lines.join("\n")};
`;
}

/**
 * One element: its script, and beside it under names of their content the code that it loads, its wasm, and that as text.
 * `more` are scripts that the element's own loads where they are needed.
 */
async function bundle(krate, generated, entry, more = []) {
  const glue = join(generated, `${krate}.js`);
  const wasm = readFileSync(join(generated, `${krate}_bg.wasm`));
  const [binary, inline] = [".wasm", "-inline.js"].map((ending) => `${krate}-${hash(wasm)}${ending}`);
  const { outputFiles } = await built({ entryPoints: [join(here, "src/code.js")], write: false }, { glue, inline, wasm: binary });
  const code = `${krate}-${hash(outputFiles[0].contents)}.js`;
  writeFileSync(join(target, binary), wasm);
  writeFileSync(join(target, inline), asText(wasm));
  writeFileSync(join(target, code), outputFiles[0].contents);
  await built({ entryPoints: [entry, ...more], outdir: target }, { code, wasm: binary });
  for (const file of [entry, ...more].map((path) => join(target, basename(path)))) {
    // Where the address is computed, nothing is left to do for a bundler. Said here, because minifying takes comments out.
    const remark = "/* webpackIgnore: true *//* @vite-ignore */";
    writeFileSync(file, readFileSync(file, "utf8").replaceAll("import(`", `import(${remark}\``));
  }
}

function hash(content) {
  return createHash("sha256").update(content).digest("hex").slice(0, 10);
}

function built(options, names) {
  return esbuild.build({
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    plugins: [{ name: "package", setup: (build) => provide(build, names) }],
    ...options,
  });
}

/** Gives imports their meaning: wasm-bindgen's script, what is loaded later, style sheets. */
function provide(build, { glue, inline, code, wasm }) {
  const later = /(language-\w+|headshot-qr|headshot-standby|headshot-capture)\.js$/;
  build.onResolve({ filter: later }, ({ path, kind }) => {
    return kind === "dynamic-import" ? { path, external: true } : undefined;
  });
  build.onResolve({ filter: /^\.\/inline\.js$/ }, () => ({ path: `./${inline}`, external: true }));
  build.onResolve({ filter: /^\.\/code\.js$/ }, () => ({ path: `./${code}`, external: true }));
  build.onResolve({ filter: /^\.\/glue\.js$/ }, () => ({ path: glue }));
  build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
    const { code } = await esbuild.transform(readFileSync(path, "utf8"), { loader: "css", minify: true });
    return { contents: code.trim().replaceAll(/([:,]) /g, "$1"), loader: "text" };
  });
  build.onLoad({ filter: /-generated\/\w+\.js$/ }, ({ path }) => {
    const called = JSON.parse(readFileSync(join(dirname(path), "names.json"), "utf8"));
    return { contents: renamed(readFileSync(path, "utf8"), called) };
  });
  build.onLoad({ filter: /src\/wasm\.js$/ }, ({ path }) => {
    const written = readFileSync(path, "utf8");
    return { contents: written.replaceAll("element_bg.wasm", wasm).replaceAll('"code.js"', `"${code}"`) };
  });
}

/** The code for the phone: a wasm without glue, small enough to travel as text. */
function code(wasm) {
  return `// The QR code of a link.
const wasm = () => Uint8Array.from(atob("${wasm.toString("base64")}"), (letter) => letter.charCodeAt(0));
let loading;
/** The modules row by row, a byte each; none for a link that is too long. */
export async function encode(link) {
  // Not at the module's top level, where some bundlers can wait for nothing.
  loading ??= WebAssembly.instantiate(wasm());
  const { memory, input, encode } = (await loading).instance.exports;
  const text = new TextEncoder().encode(link);
  if (text.length > ${LONGEST_LINK}) return [];
  new Uint8Array(memory.buffer, input()).set(text);
  const length = encode(text.length);
  return new Uint8Array(memory.buffer, input(), length).slice();
}
`;
}

function asText(bytes) {
  return `// The wasm as text, for bundles that its file is not in.
export default () => Uint8Array.from(atob("${bytes.toString("base64")}"), (letter) => letter.charCodeAt(0));
`;
}
