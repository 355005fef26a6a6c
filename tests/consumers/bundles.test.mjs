// What bundlers make of the package: `explain` weighs more than all the rest, and is there only where it is called.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { build } from "esbuild";

import { project, runIn } from "./project.mjs";

const bundle = async (root, code, platform) => {
  const stdin = { contents: code, resolveDir: root };
  const { outputFiles } = await build({ stdin, bundle: true, write: false, format: "esm", platform });
  return outputFiles[0].text;
};

test("a bundle leaves out what is not called", async (t) => {
  const root = await project(t, "empty");
  const without = await bundle(root, 'import { Verifier } from "headshot-verify"; new Verifier("skylab", "s");', "browser");
  const whole = await bundle(root, 'import { explain } from "headshot-verify"; explain("skylab", "s", "", {});', "browser");
  assert.ok(whole.length > 2 * without.length, `${whole.length} against ${without.length}`);
});

test("a bundle for Node verifies, and says what explain lacks in it", async (t) => {
  const root = await project(t, "empty");
  const code = `import { Verifier, VerifyError, explain } from "headshot-verify";
    new Verifier("skylab", "s");
    try { explain("skylab", "s", "", {}); } catch (error) { console.log(error instanceof VerifyError, error.code); }`;
  // Where no package is installed.
  const elsewhere = mkdtempSync(join(tmpdir(), "bundle-"));
  t.after(() => rmSync(elsewhere, { recursive: true }));
  writeFileSync(join(elsewhere, "bundle.mjs"), await bundle(root, code, "node"));
  assert.equal(await runIn(elsewhere, "node", ["bundle.mjs"]), "true explain_missing\n");
});
