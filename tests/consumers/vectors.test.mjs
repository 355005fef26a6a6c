// The recorded vectors are what their makers print.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { runIn } from "./project.mjs";
import { explainFolder, vectorFolder } from "./vectors.mjs";

const MAKERS = [
  ["node", "make.mjs", "node.json", vectorFolder],
  ["python3", "make.py", "python.json", vectorFolder],
  ["python3", "declared.py", "declared.json", vectorFolder],
  ["python3", "bad-input.py", "bad-input.json", vectorFolder],
  ["python3", "explain.py", "explain.json", explainFolder],
];

for (const [program, script, file, folder] of MAKERS) {
  test(`${file} is what ${script} prints`, async (t) => {
    if (spawnSync(program, ["--version"]).error) return t.skip(`there is no ${program}`);
    assert.equal(await runIn(folder, program, [script]), readFileSync(join(folder, file), "utf8"));
  });
}
