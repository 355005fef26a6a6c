// What was checked is what is read, whatever becomes of the caller's bytes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

import { EventError, Verified } from "headshot-verify";
import * as only from "headshot-verify/verify";
import { BODY, SECRET, now, refused, signed, verifier } from "./delivery.mjs";

const FORGED = BODY.replace("m1", "m2");

/** Every way to pass the bytes of a text, with what overwrites them. */
const FORMS = {
  Uint8Array: (text) => withBytes(Buffer.from(text), (bytes) => bytes),
  Buffer: (text) => withBytes(Buffer.from(text), (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
  ArrayBuffer: (text) => withBytes(new Uint8Array(Buffer.from(text)), ({ buffer }) => buffer),
  DataView: (text) => withBytes(new Uint8Array(Buffer.from(text)), ({ buffer }) => new DataView(buffer)),
  SharedArrayBuffer: (text) => withBytes(shared(text), ({ buffer }) => buffer),
  "Uint8Array of a SharedArrayBuffer": (text) => withBytes(shared(text), (bytes) => bytes),
  "Uint8Array of another realm": (text) =>
    withBytes(Buffer.from(text), (bytes) => runInNewContext("Uint8Array.from(bytes)", { bytes })),
  "ArrayBuffer of another realm": (text) =>
    withBytes(Buffer.from(text), (bytes) => runInNewContext("Uint8Array.from(bytes).buffer", { bytes })),
};

function shared(text) {
  const bytes = new Uint8Array(new SharedArrayBuffer(Buffer.byteLength(text)));
  bytes.set(Buffer.from(text));
  return bytes;
}

function withBytes(bytes, made) {
  const body = made(bytes);
  const view = ArrayBuffer.isView(body) ? new Uint8Array(body.buffer, body.byteOffset, body.byteLength) : new Uint8Array(body);
  return { body, overwrite: (text) => view.set(Buffer.from(text)) };
}

for (const [name, form] of Object.entries(FORMS)) {
  for (const pad of ["", " ".repeat(10_000)]) {
    test(`${name} of ${BODY.length + pad.length} bytes`, () => {
      const { body, overwrite } = form(BODY + pad);
      const verified = verifier().verify(body, signed(BODY + pad));
      overwrite(FORGED);
      // What comes later passes through the same memory.
      verifier().verify(FORGED, signed(FORGED));
      assert.equal(verified.event.model.id, "m1");
      assert.equal(verified.neutral.session, "m1");
      assert.equal(Buffer.from(verified.raw).toString(), BODY + pad);
    });
  }
}

test("a buffer that is handed over to somebody else leaves the event behind", () => {
  const { buffer } = new Uint8Array(Buffer.from(BODY));
  const verified = verifier().verify(buffer, signed());
  structuredClone(buffer, { transfer: [buffer] });
  assert.equal(verified.event.model.id, "m1");
});

test("nobody can change what was read, or make a verdict", () => {
  const verified = verifier().verify(BODY, signed());
  verified.raw.fill(0);
  assert.throws(() => (verified.provider = "skylab"), TypeError);
  assert.equal(verified.event.model.id, "m1");
  assert.throws(() => new Verified("headshotpro", "timestamped", 0, 0, true, Buffer.from(FORGED)), TypeError);
  assert.throws(() => new verified.constructor(), TypeError);
});

test("the smaller entry has the bytes too, which a request gives only once", async () => {
  const request = new Request("http://localhost/", { method: "POST", body: BODY, headers: signed() });
  const verified = await new only.Verifier("headshotpro", SECRET, { now }).verifyRequest(request);
  assert.equal(Buffer.from(verified.raw).toString(), BODY);
});

test("what cannot be read is genuine, and names its session", () => {
  const deep = `{"event":"a","object":{"_id":"m1"},"x":${"[".repeat(65)}${"]".repeat(65)}}`;
  for (const [body, code] of [
    ['{"event":"a","object":{"_id":"m1","title":"\\ud83d"}}', "event_not_json"],
    ['{"event":"a","event":"a","object":{"_id":"m1"}}', "event_field_repeated"],
    [deep, "event_too_deep"],
    ['{"event":"model.created","object":{"id":"m1"}}', "event_field_missing"],
    ['{"object":{"_id":"m1"}}', "event_field_missing"],
  ]) {
    const verified = verifier().verify(body, signed(body));
    for (const _ of ["once", "again"]) {
      assert.throws(() => verified.event, (error) => error instanceof EventError && error.name === "EventError" && error.code === code);
    }
    assert.deepEqual(verified.neutral, { kind: "other", session: "m1", person: null, eventId: null, state: null, photos: [] });
    assert.equal(Buffer.from(verified.raw).toString(), body);
  }
});

test("an unreadable event is no refusal", () => {
  const verified = verifier().verify("no JSON", signed("no JSON"));
  assert.throws(() => verified.event, (error) => !(error instanceof only.VerifyError));
  assert.throws(() => refused("event_not_json", () => verified.event));
});

test("an event id that is none is none", () => {
  for (const id of ["", " ", "undefined", "null"]) {
    const body = `{"id":"${id}","event":"model.created","object":{"_id":"m1"}}`;
    assert.equal(verifier().verify(body, signed(body)).neutral.eventId, null);
  }
});
