// The npm package headshot-verify, installed from its packed file into empty projects.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import * as esbuild from "esbuild";
import { Miniflare } from "miniflare";

import { project, runIn, tool, vectorFolder, vectors } from "./project.mjs";

const PACKAGE = "headshot-verify";

test("Node gives every vector its verdict", async (t) => {
  const root = await project(t, PACKAGE, "verify-node");
  assert.deepEqual(JSON.parse(await runIn(root, "node", ["verdicts-of-import.mjs"])), { vectors: vectors.length, wrong: [] });
});

test("Node's require gives every vector its verdict", async (t) => {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major === 20 && minor < 19) return t.skip("this Node cannot require modules");
  const root = await project(t, PACKAGE, "verify-node");
  assert.deepEqual(JSON.parse(await runIn(root, "node", ["verdicts-of-require.cjs"])), { vectors: vectors.length, wrong: [] });
});

test("Node sees the behaviour that the types promise", async (t) => {
  const root = await project(t, PACKAGE, "verify-node");
  await runIn(root, "node", ["--test", "behaviour.mjs"]);
});

test("TypeScript accepts right uses and refuses wrong ones", async (t) => {
  const root = await project(t, PACKAGE, "verify-types");
  await runIn(root, tool("tsc"), ["--project", "."]);
});

// The second date is one from which workerd also compiles wasm from bytes; the package must not need that.
for (const compatibilityDate of ["2024-09-01", "2026-01-01"]) {
  test(`workerd of ${compatibilityDate} gives every vector its verdict`, async (t) => {
    const root = await project(t, PACKAGE, "verify-workerd");
    const worker = new Miniflare({ compatibilityDate, ...(await bundled(root)) });
    t.after(() => worker.dispose());
    const response = await worker.dispatchFetch("http://worker.test/", { method: "POST", body: JSON.stringify(vectors) });
    assert.deepEqual(await response.json(), { vectors: vectors.length, wrong: [] });
  });
}

for (const [program, script, file] of [["node", "make.mjs", "node.json"], ["python3", "make.py", "python.json"]]) {
  test(`${file} is what ${script} prints`, async (t) => {
    if (spawnSync(program, ["--version"]).error) return t.skip(`there is no ${program}`);
    assert.equal(await runIn(vectorFolder, program, [script]), readFileSync(join(vectorFolder, file), "utf8"));
  });
}

/** The worker bundled as Cloudflare's own tool does it: workerd's conditions, wasm as a module of its own. */
async function bundled(root) {
  const out = join(root, "out");
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["worker.mjs"],
    bundle: true,
    format: "esm",
    outdir: out,
    outExtension: { ".js": ".mjs" },
    conditions: ["workerd", "worker", "browser"],
    loader: { ".wasm": "copy" },
    metafile: true,
  });
  const files = Object.keys(metafile.outputs).map((file) => join(root, file));
  const modules = files.map((path) => ({
    type: path.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
    path,
    contents: readFileSync(path),
  }));
  // The first module is the worker.
  return { modulesRoot: out, modules: modules.sort((one) => (one.type === "ESModule" ? -1 : 1)) };
}
