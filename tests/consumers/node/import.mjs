import { readFileSync } from "node:fs";

import * as parts from "./package.mjs";
import { report } from "./verdicts.mjs";

const vectors = JSON.parse(readFileSync("vectors.json", "utf8"));
console.log(JSON.stringify(report(parts, vectors)));
