const verify = require("headshot-verify");

const { wrongVerdicts } = require("./verdicts.mjs");
const vectors = require("./vectors.json");

console.log(JSON.stringify({ vectors: vectors.length, wrong: wrongVerdicts(verify, vectors) }));
