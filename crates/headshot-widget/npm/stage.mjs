// Makes the npm package's folder: node stage.mjs <esbuild> <folder of wasm-bindgen> <package folder>
//
// One script holds the element and wasm-bindgen's glue: it is one request less, the two never differ in version, and no
// bundler has to find the second. The wasm lies beside it under a name of its content. For bundlers that leave it behind
// it stands in a script of its own too, as text, which is loaded only there.

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [program, generated, target] = process.argv.slice(2).map((path) => resolve(path));
if (!target) {
  console.error("usage: node stage.mjs <esbuild> <folder of wasm-bindgen> <package folder>");
  process.exit(2);
}
// The program is a link into its package, or beside it in `.bin`.
const esbuild = createRequire(program)("esbuild");

const WRITTEN = readdirSync(here).filter((name) => /\.(json|md|ts|css)$/.test(name));

mkdirSync(target, { recursive: true });
for (const file of WRITTEN) copyFileSync(join(here, file), join(target, file));

const wasm = readFileSync(join(generated, "headshot_widget_bg.wasm"));
const hash = createHash("sha256").update(wasm).digest("hex").slice(0, 10);
const names = { wasm: `headshot_widget-${hash}.wasm`, inline: `headshot_widget-${hash}.js` };
writeFileSync(join(target, names.wasm), wasm);
writeFileSync(join(target, names.inline), inline(wasm));
await bundle();

async function bundle() {
  await esbuild.build({
    entryPoints: [join(here, "src/headshot-embed.js")],
    outfile: join(target, "headshot-embed.js"),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    banner: { js: "/* headshot-widget, MIT OR Apache-2.0 */" },
    plugins: [{ name: "package", setup: provide }],
  });
}

/** Gives imports their meaning: wasm-bindgen's script, the scripts that the wasm shares with the element, style sheets. */
function provide(build) {
  build.onResolve({ filter: /headshot_widget\.js$/ }, () => ({ path: join(generated, "headshot_widget.js") }));
  build.onResolve({ filter: /snippets\/.*\/npm\/src\/frame\.js$/ }, () => ({ path: join(here, "src/frame.js") }));
  build.onResolve({ filter: /headshot_widget_inline\.js$/ }, () => ({ path: `./${names.inline}`, external: true }));
  build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
    const { code } = await esbuild.transform(readFileSync(path, "utf8"), { loader: "css", minify: true });
    return { contents: code.trim(), loader: "text" };
  });
  build.onLoad({ filter: /src\/wasm\.js$/ }, ({ path }) => {
    return { contents: readFileSync(path, "utf8").replaceAll("headshot_widget_bg.wasm", names.wasm) };
  });
}

function inline(bytes) {
  return `// The wasm as text, for bundles that its file is not in.
export default () => Uint8Array.from(atob("${bytes.toString("base64")}"), (letter) => letter.charCodeAt(0));
`;
}
