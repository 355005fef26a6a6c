// How long a verdict takes: node time.mjs <rounds> <milliseconds> <file for the figures>
//
// After a warm-up every peer runs once per round, in another order each round, for about so many milliseconds. The file gets
// microseconds of one call, for each peer, size and round; `cargo xtask bench verify` makes the tables of it.

import { writeFileSync } from "node:fs";

import { body, changed, headers, SIZES } from "./deliveries.mjs";
import { byHand, peers } from "./peers.mjs";
import { shuffled } from "./shuffled.mjs";

const WARM_UP_MS = 200;

const [rounds, slot] = process.argv.slice(2, 4).map(Number);
const output = process.argv[4];

const rows = [];
for (const peer of peers) {
  rows.push({ ...peer, accepts: await peer.make(await peer.load()), figures: {} });
}
for (const size of SIZES) await measure(size, body(size));
writeFileSync(output, JSON.stringify({ rows: rows.map(({ name, section, scheme, figures }) => ({ name, section, base: baseOf({ section, scheme }), figures })) }));

async function measure(size, bytes) {
  // What does not differ by size is measured once.
  const taking = rows.filter(({ section }) => section === "verdict" || size === 1);
  for (const row of taking) {
    await prove(row, bytes);
    row.calls = await callsIn(row, bytes);
    row.figures[size] = [];
  }
  for (let round = 0; round < rounds; round++) {
    for (const row of shuffled(taking)) {
      // Signed anew each round: an old delivery would be too old in the end.
      row.figures[size].push(await timed(row, bytes, headers(row.scheme, bytes), row.calls));
    }
  }
}

/** A peer that accepts what it should refuse would be fast for nothing. */
async function prove(row, bytes) {
  const genuine = headers(row.scheme, bytes);
  const verdict = row.accepts(bytes, genuine);
  row.run = row.inFlight ? runTogether : typeof verdict.then === "function" ? runAwaiting : runAtOnce;
  if ((await verdict) !== true) throw new Error(`${row.name} refuses a genuine delivery`);
  const refused = row.scheme === "scale" ? [bytes, otherToken(genuine)] : [changed(bytes), genuine];
  if ((await row.accepts(...refused)) !== false) throw new Error(`${row.name} accepts a changed delivery`);
}

/** The token with one letter of its claims changed. */
function otherToken(genuine) {
  const token = genuine["x-authenticity-token"];
  const place = token.indexOf(".") + 10;
  const letter = token[place] === "A" ? "B" : "A";
  return { ...genuine, "x-authenticity-token": token.slice(0, place) + letter + token.slice(place + 1) };
}

/** How many calls fill a slot, found while warming up. */
async function callsIn(row, bytes) {
  const genuine = headers(row.scheme, bytes);
  const end = performance.now() + WARM_UP_MS;
  let microseconds = Infinity;
  while (performance.now() < end) microseconds = Math.min(microseconds, await timed(row, bytes, genuine, 64));
  return Math.max(1, Math.round((slot * 1000) / microseconds));
}

async function timed(row, bytes, genuine, calls) {
  // What the one before left to do is not this one's.
  await new Promise(setImmediate);
  const started = process.hrtime.bigint();
  const accepted = await row.run(row, bytes, genuine, calls);
  const took = Number(process.hrtime.bigint() - started) / 1000;
  if (accepted < calls) throw new Error(`${row.name} refused a genuine delivery`);
  return took / accepted;
}

function runAtOnce({ accepts }, bytes, genuine, calls) {
  let accepted = 0;
  for (let call = 0; call < calls; call++) if (accepts(bytes, genuine)) accepted++;
  return accepted;
}

async function runAwaiting({ accepts }, bytes, genuine, calls) {
  let accepted = 0;
  for (let call = 0; call < calls; call++) if (await accepts(bytes, genuine)) accepted++;
  return accepted;
}

/** Calls that overlap; a few more than asked for, so that the last ones do too. */
async function runTogether({ accepts, inFlight }, bytes, genuine, calls) {
  let accepted = 0;
  while (accepted < calls) {
    const verdicts = await Promise.all(Array.from({ length: inFlight }, () => accepts(bytes, genuine)));
    accepted += verdicts.filter(Boolean).length;
    if (verdicts.includes(false)) return 0;
  }
  return accepted;
}

function baseOf({ section, scheme }) {
  return section === "verdict" ? byHand("headshotpro") : byHand(scheme);
}
