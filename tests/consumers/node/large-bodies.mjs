// A body of 100 MiB is refused, and neither copied into the wasm's memory nor read to its end.

import assert from "node:assert/strict";
import { test } from "node:test";

const MIB = 1024 * 1024;
const LONGEST = MIB;
const HUGE = 100 * MIB;

/** The memories of all wasm that is taken into use from here on. */
const memories = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = function (...args) {
  const instance = new Instance(...args);
  memories.push(instance.exports.memory);
  return instance;
};
const { only, whole } = await import("./package.mjs");

const headers = { "x-headshotpro-signature": `sha256=${"0".repeat(64)}`, "x-headshotpro-timestamp": "1767323045" };
const now = () => 1767323045_000;

test("the memories are seen", () => {
  assert.ok(memories.length > 0 && memories.every((memory) => memory instanceof WebAssembly.Memory));
});

for (const [name, { Verifier }] of Object.entries({ whole, only })) {
  const verifier = new Verifier("headshotpro", "secret", { now });

  for (const [form, body] of [["bytes", new Uint8Array(HUGE)], ["a buffer", new ArrayBuffer(HUGE)], ["text", "a".repeat(HUGE)]]) {
    test(`${name}: 100 MiB as ${form}`, () => {
      assert.throws(() => verifier.verify(body, headers), tooLarge);
      assert.ok(wasmBytes() < 8 * MIB, `${wasmBytes()} bytes of wasm`);
    });
  }

  test(`${name}: the longest body is looked at, and one byte more is not`, () => {
    assert.throws(() => verifier.verify(new Uint8Array(LONGEST), headers), { code: "signature_mismatch" });
    assert.throws(() => verifier.verify(new Uint8Array(LONGEST + 1), headers), tooLarge);
  });

  test(`${name}: a request of 100 MiB is not read to its end`, async () => {
    const { request, read } = requestOf(HUGE, 64 * 1024);
    await assert.rejects(verifier.verifyRequest(request), tooLarge);
    assert.ok(read.bytes > LONGEST && read.bytes < 2 * LONGEST && read.isCancelled, JSON.stringify(read));
  });

  test(`${name}: a request of 100 MiB at once`, async () => {
    const { request } = requestOf(HUGE, HUGE);
    await assert.rejects(verifier.verifyRequest(request), tooLarge);
    assert.ok(wasmBytes() < 8 * MIB, `${wasmBytes()} bytes of wasm`);
  });

  test(`${name}: a request of the longest body is read`, async () => {
    const { request, read } = requestOf(LONGEST, 64 * 1024);
    await assert.rejects(verifier.verifyRequest(request), { code: "signature_mismatch" });
    assert.deepEqual(read, { bytes: LONGEST, isCancelled: false });
  });
}

test("100 MiB are explained", () => {
  const { verdict, findings } = whole.explain("headshotpro", "secret", new Uint8Array(HUGE), headers, { now });
  assert.deepEqual([verdict, findings.map(({ code }) => code)], ["body_too_large", ["body_too_large"]]);
  assert.ok(wasmBytes() < 16 * MIB, `${wasmBytes()} bytes of wasm`);
});

function tooLarge(error) {
  return error.code === "body_too_large" && error.message.includes(String(LONGEST));
}

function wasmBytes() {
  return memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
}

/** A request whose body comes in pieces, and how far it was read. */
function requestOf(length, piece) {
  const read = { bytes: 0, isCancelled: false };
  const body = new ReadableStream(
    {
      pull(controller) {
        if (read.bytes === length) return controller.close();
        const bytes = Math.min(piece, length - read.bytes);
        read.bytes += bytes;
        controller.enqueue(new Uint8Array(bytes));
      },
      cancel() {
        read.isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { request: new Request("http://localhost/", { method: "POST", body, headers, duplex: "half" }), read };
}
