// Makes the npm package's folder:
// node stage.mjs <esbuild> <wasm-bindgen's folder> <the capture's> <the code's wasm> <package folder>
//
// For each of the two elements one script holds the element and wasm-bindgen's glue: it is one request less, the two never
// differ in version, and no bundler has to find the second. The wasm lies beside it under a name of its content. For
// bundlers that leave it behind it stands in a script of its own too, as text, which is loaded only there.

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
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
await bundle("headshot_widget", ofWidget, join(here, "src/headshot-embed.js"), "headshot-embed.js");
await bundle("headshot_capture", ofCapture, join(capture, "headshot-capture.js"), "headshot-capture.js");
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

/** One element: its script, and beside it its wasm as a file and as text. */
async function bundle(krate, generated, entry, script) {
  const wasm = readFileSync(join(generated, `${krate}_bg.wasm`));
  const hash = createHash("sha256").update(wasm).digest("hex").slice(0, 10);
  const names = { krate, generated, wasm: `${krate}-${hash}.wasm`, inline: `${krate}-${hash}.js` };
  writeFileSync(join(target, names.wasm), wasm);
  writeFileSync(join(target, names.inline), inline(wasm));
  await esbuild.build({
    entryPoints: [entry],
    outfile: join(target, script),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    banner: { js: "/* headshot-widget, MIT OR Apache-2.0 */" },
    plugins: [{ name: "package", setup: (build) => provide(build, names) }],
  });
}

/** Gives imports their meaning: wasm-bindgen's script, the scripts that the wasm shares with the element, style sheets. */
function provide(build, { krate, generated, wasm, inline }) {
  build.onResolve({ filter: /glue\.js$/ }, () => ({ path: join(generated, `${krate}.js`) }));
  build.onResolve({ filter: /headshot-capture\.js$/ }, ({ kind }) => {
    return kind === "dynamic-import" ? { path: "./headshot-capture.js", external: true } : undefined;
  });
  build.onResolve({ filter: /snippets\/.*\/npm\/src\/frame\.js$/ }, () => ({ path: join(here, "src/frame.js") }));
  build.onResolve({ filter: /(language-\w+|headshot-qr)\.js$/ }, ({ path }) => ({ path, external: true }));
  build.onResolve({ filter: /inline\.js$/ }, () => ({ path: `./${inline}`, external: true }));
  build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
    const { code } = await esbuild.transform(readFileSync(path, "utf8"), { loader: "css", minify: true });
    return { contents: code.trim(), loader: "text" };
  });
  build.onLoad({ filter: new RegExp(`/${krate}\\.js$`) }, ({ path }) => {
    const names = JSON.parse(readFileSync(join(generated, "names.json"), "utf8"));
    return { contents: renamed(readFileSync(path, "utf8"), names) };
  });
  build.onLoad({ filter: /src\/wasm\.js$/ }, ({ path }) => {
    return { contents: readFileSync(path, "utf8").replaceAll("element_bg.wasm", wasm) };
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

function inline(bytes) {
  return `// The wasm as text, for bundles that its file is not in.
export default () => Uint8Array.from(atob("${bytes.toString("base64")}"), (letter) => letter.charCodeAt(0));
`;
}
