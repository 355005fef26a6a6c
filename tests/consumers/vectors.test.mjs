// The recorded vectors are what their makers print.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { runIn } from "./project.mjs";
import { vectorFolder } from "./vectors.mjs";

const MAKERS = [
  ["node", "make.mjs", "node.json"],
  ["python3", "make.py", "python.json"],
  ["python3", "declared.py", "declared.json"],
  ["python3", "bad-input.py", "bad-input.json"],
  ["python3", "explain.py", "explain.json"],
];

for (const [program, script, file] of MAKERS) {
  test(`${file} is what ${script} prints`, async (t) => {
    if (spawnSync(program, ["--version"]).error) return t.skip(`there is no ${program}`);
    assert.equal(await runIn(vectorFolder, program, [script]), readFileSync(join(vectorFolder, file), "utf8"));
  });
}
