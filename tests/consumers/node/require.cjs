const { readFileSync } = require("node:fs");

const parts = {
  whole: require("headshot-verify"),
  only: require("headshot-verify/verify"),
};
const vectors = JSON.parse(readFileSync("vectors.json", "utf8"));
import("./verdicts.mjs").then(({ report }) => console.log(JSON.stringify(report(parts, vectors))));
