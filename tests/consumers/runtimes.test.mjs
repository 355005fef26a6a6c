// The package gives every shared vector the same verdict, code and event in every runtime that is no browser.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { EdgeVM } from "@edge-runtime/vm";
import { build } from "esbuild";

import { project, runIn, tool } from "./project.mjs";
import { edgeBundle, workerd } from "./servers.mjs";
import { ALL_RIGHT, vectors } from "./vectors.mjs";

const PROGRAMS = [
  ["Node's import", "node", ["import.mjs"]],
  ["Node's require", "node", ["require.cjs"]],
  ["Deno's import", tool("deno"), ["run", "--allow-read", "import.mjs"]],
  ["Bun's import", tool("bun"), ["import.mjs"]],
  ["Bun's require", tool("bun"), ["require.cjs"]],
];

for (const [name, program, args] of PROGRAMS) {
  test(`${name} gives every vector its verdict`, async (t) => {
    const root = await project(t, "node");
    assert.deepEqual(JSON.parse(await runIn(root, program, args)), ALL_RIGHT);
  });
}

/** Node takes a CPU for one of the oldest, on which it has no SIMD in wasm. */
const OLD_CPU = ["--no-enable-sse4-1", "--no-enable-ssse3", "--no-enable-sse4-2", "--no-enable-avx"];

for (const file of ["import.mjs", "require.cjs"]) {
  test(`Node's ${file} gives every vector its verdict on a CPU without SIMD`, async (t) => {
    const root = await project(t, "node");
    const probe = "console.log(WebAssembly.validate(Uint8Array.of(0,97,115,109,1,0,0,0,1,5,1,96,0,1,123,3,2,1,0,10,10,1,8,0,65,0,253,15,253,98,11)))";
    assert.equal(await runIn(root, "node", [...OLD_CPU, "--eval", probe]), "false\n", "the flags leave SIMD on");
    assert.deepEqual(JSON.parse(await runIn(root, "node", [...OLD_CPU, file])), ALL_RIGHT);
  });
}

test("a bundle of one file says that it lacks SIMD, when a verifier is made", async (t) => {
  const root = await project(t, "empty");
  const code = `import { Verifier } from "headshot-verify/verify";
    try { new Verifier("skylab", "s"); } catch ({ name, message }) { console.log(name, message); }`;
  const stdin = { contents: code, resolveDir: root };
  await build({ stdin, bundle: true, format: "esm", platform: "node", outfile: join(root, "out/bundle.mjs") });
  assert.match(await runIn(root, "node", [...OLD_CPU, "out/bundle.mjs"]), /^UnsupportedError .*CPU.*SSE4\.1/);
});

const NODE_TESTS = [
  ["sees the behaviour that the types promise", "behaviour.mjs"],
  ["reads what was checked", "bytes.mjs"],
  ["reads every form of headers in the same way", "header-readers.mjs"],
  ["takes what other environments give", "environments.mjs"],
  ["keeps secrets to itself, at the same cost for each", "secrets.mjs"],
  ["goes on after a failure inside the wasm", "failures.mjs", ["--expose-gc", "--wasm-max-mem-pages=40"]],
  ["refuses every change of a single bit", "single-bits.mjs"],
  ["refuses large bodies at once", "large-bodies.mjs"],
];

for (const [does, file, flags = []] of NODE_TESTS) {
  test(`Node ${does}`, async (t) => {
    const root = await project(t, "node");
    await runIn(root, "node", [...flags, "--test", file]);
  });
}

// The second date is one from which workerd also compiles wasm from bytes; the package must not need that.
for (const compatibilityDate of ["2024-09-01", "2026-01-01"]) {
  test(`workerd of ${compatibilityDate} gives every vector its verdict`, async (t) => {
    const root = await project(t, "workerd");
    const worker = await workerd(t, root, "worker.mjs", { compatibilityDate });
    const response = await worker.dispatchFetch("http://worker.test/", { method: "POST", body: JSON.stringify(vectors) });
    assert.deepEqual(await response.json(), ALL_RIGHT);
  });
}

for (const conditions of [["import"], ["node", "import"]]) {
  test(`a worker that is bundled with the conditions ${conditions} starts, and says what it lacks`, async (t) => {
    const root = await project(t, "empty");
    writeFileSync(join(root, "worker.mjs"), SAYS_WHAT_IT_LACKS);
    const worker = await workerd(t, root, "worker.mjs", { compatibilityDate: "2025-05-01", compatibilityFlags: ["nodejs_compat"] }, conditions);
    const response = await worker.dispatchFetch("http://worker.test/");
    assert.match(await response.text(), /^UnsupportedError .*`workerd`/);
  });
}

const SAYS_WHAT_IT_LACKS = `import { Verifier } from "headshot-verify";
export default {
  async fetch() {
    try {
      new Verifier("skylab", "s");
      return new Response("nothing");
    } catch ({ name, message }) {
      return new Response(name + " " + message);
    }
  },
};`;

test("Vercel's edge runtime gives every vector its verdict", async (t) => {
  const root = await project(t, "edge");
  const { code, modules } = await edgeBundle(root, "edge.mjs");
  // As the service has it: no code can be made from text or bytes. The emulator allows both unless told.
  const runtime = new EdgeVM({
    codeGeneration: { strings: false, wasm: false },
    extend: (context) => Object.assign(context, modules),
    initialCode: code,
  });
  const body = readFileSync(join(root, "vectors.json"), "utf8");
  const response = await runtime.dispatchFetch("http://edge.test/", { method: "POST", body });
  assert.deepEqual(await response.json(), ALL_RIGHT);
});
