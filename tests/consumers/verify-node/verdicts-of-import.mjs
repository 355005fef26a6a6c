import { readFileSync } from "node:fs";

import * as verify from "headshot-verify";

import { wrongVerdicts } from "./verdicts.mjs";

const vectors = JSON.parse(readFileSync("vectors.json", "utf8"));
console.log(JSON.stringify({ vectors: vectors.length, wrong: wrongVerdicts(verify, vectors) }));
