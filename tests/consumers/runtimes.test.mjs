// The package gives every shared vector the same verdict, code and event in every runtime that is no browser.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { EdgeVM } from "@edge-runtime/vm";

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

const NODE_TESTS = [
  ["sees the behaviour that the types promise", "behaviour.mjs"],
  ["refuses every change of a single bit", "single-bits.mjs"],
  ["refuses large bodies at once", "large-bodies.mjs"],
];

for (const [does, file] of NODE_TESTS) {
  test(`Node ${does}`, async (t) => {
    const root = await project(t, "node");
    await runIn(root, "node", ["--test", file]);
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
