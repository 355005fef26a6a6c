// After a failure inside the wasm the next call works; run with little memory for wasm: node --wasm-max-mem-pages=40 …

import assert from "node:assert/strict";
import { test } from "node:test";

import { Verifier, VerifyError, explain, sign } from "headshot-verify";
import { BODY, SECRET, now, refused, signed, verifier } from "./delivery.mjs";

/** More than the wasm's memory can become. */
const HUGE = "s".repeat(8 * 1024 * 1024);

const isFailure = (error) => !(error instanceof VerifyError);

test("more memory than there is costs the call that needs it, and no other", () => {
  const old = verifier();
  const verified = old.verify(BODY, signed());
  for (const _ of ["once", "again", "and again"]) {
    assert.throws(() => new Verifier("headshotpro", HUGE, { now }), isFailure);
    assert.equal(old.verify(BODY, signed()).event.model.id, "m1");
    assert.equal(verifier().verify(BODY, signed()).event.model.id, "m1");
  }
  assert.equal(verified.event.model.id, "m1");
});

test("what explains and signs goes on too", () => {
  for (const act of [() => sign("headshotpro", HUGE, BODY), () => explain("headshotpro", HUGE, BODY, signed())]) {
    assert.throws(act, isFailure);
    assert.deepEqual(sign("headshotpro", SECRET, BODY, { now }), signed());
    assert.equal(explain("headshotpro", SECRET, BODY, signed(), { now }).verdict, "genuine");
  }
});

test("a stack without end costs the call that meets it, and no other", () => {
  const old = verifier();
  const headers = signed();
  let verdicts = 0;
  const deeper = () => {
    try {
      deeper();
    } catch {
      // Near the end of the stack it fails at every depth, in whichever function is then called.
    }
    try {
      verdicts += old.verify(BODY, headers).secretIndex === 0;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  };
  deeper();
  assert.ok(verdicts > 0);
  assert.equal(old.verify(BODY, headers).event.model.id, "m1");
  old.free();
});

test("secrets that are longer than any are refused by name", () => {
  refused("option_invalid", () => new Verifier("headshotpro", Array(8).fill(HUGE)), "16 MiB");
  refused("body_too_large", () => sign("headshotpro", SECRET, new Uint8Array(2 * 1024 * 1024)));
});

test("a verifier that is collected after a failure ends nothing", async () => {
  (() => verifier().verify(BODY, signed()))();
  assert.throws(() => new Verifier("headshotpro", HUGE), isFailure);
  global.gc();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(verifier().verify(BODY, signed()).secretIndex, 0);
});
