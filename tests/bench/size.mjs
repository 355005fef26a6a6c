// How much the smallest import that verifies weighs: node size.mjs <esbuild> <file for the figures>
//
// Bundled, minified, and then compressed; a .wasm file beside the code counts as what it is.

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";

import { peers } from "./peers.mjs";

const [program, output] = process.argv.slice(2);
const esbuild = createRequire(program)("esbuild");

const BROWSER = { platform: "browser" };
const WORKERD = { platform: "browser", conditions: ["workerd", "worker", "browser"], loader: { ".wasm": "copy" } };
const NODE = { platform: "node" };

const imports = peers.filter(({ bundle }) => bundle).map(({ name, bundle }) => ({ name, bundle }));
const both = ["jose", "standardwebhooks"].map((word) => imports.find(({ name }) => name.startsWith(word)).bundle);
imports.push({ name: "jose and standardwebhooks together", bundle: both.join("\n") });

const rows = [];
for (const { name, bundle } of imports) {
  rows.push({ name, browser: await size(bundle, BROWSER), workerd: await size(bundle, WORKERD), node: await size(bundle, NODE) });
}
writeFileSync(output, JSON.stringify({ bundler: `esbuild ${esbuild.version}`, rows }));

/** Bytes as they are and compressed, or `null` where it does not bundle. */
async function size(contents, options) {
  try {
    const built = await esbuild.build({
      stdin: { contents, resolveDir: import.meta.dirname },
      bundle: true,
      minify: true,
      format: "esm",
      write: false,
      outdir: "out",
      logLevel: "silent",
      ...options,
    });
    const sum = (length) => built.outputFiles.reduce((total, file) => total + length(file.contents), 0);
    return { minified: sum((file) => file.length), gzip: sum((file) => gzipSync(file, { level: 9 }).length) };
  } catch {
    return null;
  }
}
