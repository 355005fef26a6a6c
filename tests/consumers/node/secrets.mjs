// Where secrets are, and what they cost.

import assert from "node:assert/strict";
import { test } from "node:test";

/** The memories of all wasm that is taken into use from here on. */
const memories = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = function (...args) {
  const instance = new Instance(...args);
  memories.push(instance.exports.memory);
  return instance;
};
const { BODY, SECONDS, now, signed } = await import("./delivery.mjs");
const { whole, only } = await import("./package.mjs");

const SECRET = "a secret that stands nowhere else, 0123456789";

function isInMemory(secret) {
  // HMAC mixes a key with one of two bytes.
  const forms = [0, 0x36, 0x5c].map((mask) => Buffer.from(Buffer.from(secret).map((byte) => byte ^ mask)));
  return memories.some((memory) => forms.some((form) => Buffer.from(memory.buffer).includes(form)));
}

for (const [name, { Verifier }] of Object.entries({ whole, only })) {
  test(`${name}: after free() no memory of wasm holds the secret`, () => {
    const verifier = new Verifier("headshotpro", ["old", SECRET], { now });
    assert.equal(verifier.verify(BODY, signed(BODY, SECONDS, SECRET)).secretIndex, 1);
    verifier.free();
    assert.ok(memories.length > 0 && !isInMemory(SECRET));
  });

  test(`${name}: a long secret costs no more where many live`, () => {
    const long = "s".repeat(10_000);
    const living = [];
    const pages = () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0) / 65536;
    const before = pages();
    for (let count = 0; count < 2000; count++) living.push(new Verifier("headshotpro", long + count, { now }));
    assert.ok(pages() - before < 50, `${pages() - before} pages`);
    assert.equal(living[0].verify(BODY, signed(BODY, SECONDS, `${long}0`)).secretIndex, 0);
  });
}

test("a long secret signs tokens of every hash", () => {
  const { Verifier, sign } = whole;
  for (const length of [1, 64, 65, 127, 128, 129, 10_000]) {
    for (const scheme of ["HS256", "HS384", "HS512"]) {
      const secret = "s".repeat(length);
      const headers = sign("scale", secret, "{}", { now, scheme });
      assert.equal(new Verifier("scale", secret, { now, scheme }).verify("{}", headers).secretIndex, 0);
    }
  }
});
