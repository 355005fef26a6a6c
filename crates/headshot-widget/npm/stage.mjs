// Makes the npm package's folder: node stage.mjs <esbuild> <wasm-bindgen's folder> <the capture's> <package folder>
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
const [program, ofWidget, ofCapture, target] = process.argv.slice(2).map((path) => resolve(path));
if (!target) {
  console.error("usage: node stage.mjs <esbuild> <wasm-bindgen's folder> <the capture's> <package folder>");
  process.exit(2);
}
// The program is a link into its package, or beside it in `.bin`.
const esbuild = createRequire(program)("esbuild");

const WRITTEN = readdirSync(here).filter((name) => /\.(json|md|ts|css)$/.test(name));

mkdirSync(target, { recursive: true });
for (const file of WRITTEN) copyFileSync(join(here, file), join(target, file));
for (const file of ["LICENSE-MIT", "LICENSE-APACHE"]) copyFileSync(join(here, "../../..", file), join(target, file));
copyFileSync(join(capture, "headshot-capture.d.ts"), join(target, "headshot-capture.d.ts"));
await bundle("headshot_widget", ofWidget, join(here, "src/headshot-embed.js"), "headshot-embed.js");
await bundle("headshot_capture", ofCapture, join(capture, "headshot-capture.js"), "headshot-capture.js");

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

function inline(bytes) {
  return `// The wasm as text, for bundles that its file is not in.
export default () => Uint8Array.from(atob("${bytes.toString("base64")}"), (letter) => letter.charCodeAt(0));
`;
}
