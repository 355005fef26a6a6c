const { readFileSync } = require("node:fs");

const whole = require("headshot-verify");
const only = require("headshot-verify/verify");

const vectors = JSON.parse(readFileSync("vectors.json", "utf8"));
import("./verdicts.mjs").then(({ report }) => console.log(JSON.stringify(report({ whole, only }, vectors))));
