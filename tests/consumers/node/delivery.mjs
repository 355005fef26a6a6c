// A delivery of HeadshotPro for tests, and what every one of them asks.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { inspect } from "node:util";

import { VerifyError, Verifier } from "headshot-verify";

export const SECRET = "0123456789abcdef".repeat(4);
export const SECONDS = 1767323045;
export const BODY = '{"event":"model.photos_ready","object":{"_id":"m1"}}';

export const now = () => SECONDS * 1000 + 999;
export const verifier = (options) => new Verifier("headshotpro", SECRET, { now, ...options });

export function signed(body = BODY, seconds = SECONDS, secret = SECRET) {
  const signature = createHmac("sha256", secret).update(`${seconds}.`).update(body).digest("hex");
  return { "x-headshotpro-signature": `sha256=${signature}`, "x-headshotpro-timestamp": String(seconds) };
}

/** Makes sure that it is refused with this code, and that the message holds the word. */
export function refused(code, act, word = "") {
  assert.throws(act, (error) => isRefusal(error, code, word));
}

/** The same of what takes its time. */
export async function rejected(code, promise, word = "") {
  await assert.rejects(promise, (error) => isRefusal(error, code, word));
}

function isRefusal(error, code, word) {
  assert.ok(error instanceof VerifyError && error instanceof Error, inspect(error));
  assert.equal(error.name, "VerifyError");
  assert.equal(error.code, code);
  assert.ok(error.message.length > 0 && !error.message.includes(SECRET));
  assert.ok(error.message.includes(word), error.message);
  return true;
}
