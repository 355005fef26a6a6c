import { readFileSync } from "node:fs";

import * as whole from "headshot-verify";
import * as only from "headshot-verify/verify";

import { report } from "./verdicts.mjs";

const vectors = JSON.parse(readFileSync("vectors.json", "utf8"));
console.log(JSON.stringify(report({ whole, only }, vectors)));
