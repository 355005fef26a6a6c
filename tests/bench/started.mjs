// The process whose start is timed: node started.mjs <peer> [<body in base64> <headers in JSON>]

import { peers } from "./peers.mjs";

const [name, encoded, sent] = process.argv.slice(2);
const empty = { "an empty module": () => import("./empty.mjs"), "an empty package": () => import("empty-package") };
const peer = peers.find((peer) => peer.name === name) ?? { load: empty[name], make: () => () => true };
const bytes = Buffer.from(encoded ?? "", "base64");
const headers = JSON.parse(sent ?? "{}");

const started = process.hrtime.bigint();
const module = await peer.load();
const loaded = milliseconds();
const accepts = await peer.make(module);
const verdict = await accepts(bytes, headers);
const whole = milliseconds();
if (verdict !== true) throw new Error(`${name} refuses a genuine delivery`);
console.log(JSON.stringify({ loaded, verdict: whole }));

function milliseconds() {
  return Number(process.hrtime.bigint() - started) / 1e6;
}
