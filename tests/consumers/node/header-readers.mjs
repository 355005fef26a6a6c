// Whatever stands in the headers, every form of them gets one verdict, and every adapter an answer of its own.

import assert from "node:assert/strict";
import { test } from "node:test";

import { webhook as onLambda } from "headshot-verify/lambda";
import { webhook as inNext } from "headshot-verify/next";
import { BODY, now, signed, verifier } from "./delivery.mjs";

const ROUNDS = 3000;
const NAMES = Object.keys(signed()).flatMap((name) => [name, name.toLowerCase(), name.toUpperCase()]);
const PIECES = ["sha256=", "0".repeat(64), "1767323045", ",", ", ", " ", "\t", "é", "ÿ", "=", "v1,", "-1", "1e9", "x".repeat(9000)];

// Thousands of errors, of which nobody looks at a stack.
Error.stackTraceLimit = 0;

/** The same numbers in every run. */
let state = 0x9e3779b9;
function below(count) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % count;
}

/** The genuine headers as pairs, with a few changes that the wire would let through. */
function pairs() {
  const made = Object.entries(signed());
  for (let change = below(4); change > 0; change--) {
    const at = below(made.length + 1);
    if (below(2) && made[at]) {
      const [name, value] = made[at];
      made[at] = [name, mangled(value)];
    } else {
      made.splice(at, below(2), [NAMES[below(NAMES.length)], mangled("")]);
    }
  }
  return made.map(([name, value]) => [name, value.trim()]);
}

function mangled(value) {
  const at = below(value.length + 1);
  return value.slice(0, at) + PIECES[below(PIECES.length)] + value.slice(at + below(3));
}

/** Headers as Node gives them with every value, and as a gateway does. */
function valuesByName(pairs) {
  const values = {};
  for (const [name, value] of pairs) (values[name.toLowerCase()] ??= []).push(value);
  return values;
}

function codeOf(verify) {
  try {
    verify();
    return "genuine";
  } catch (error) {
    assert.equal(error.name, "VerifyError", error.stack);
    return error.code;
  }
}

test("every form of the headers gets the same verdict", () => {
  const codes = new Set();
  for (let round = 0; round < ROUNDS; round++) {
    const given = pairs();
    const values = valuesByName(given);
    const code = codeOf(() => verifier().verify(BODY, given));
    codes.add(code);
    for (const headers of [new Map(Object.entries(values)), values, new Headers(given)]) {
      const other = codeOf(() => verifier().verify(BODY, headers));
      // A Headers joins what came repeatedly, so that nothing tells it from one value with a comma in it.
      const isJoined = headers instanceof Headers && code.endsWith("_repeated");
      if (!isJoined) assert.equal(other, code, JSON.stringify(given));
      else assert.notEqual(other, "genuine");
    }
  }
  assert.ok(codes.size >= 6, [...codes].join());
});

test("every adapter answers 200 to what is genuine and 401 to the rest, and throws nothing", async () => {
  const quiet = { onRefused() {} };
  const lambda = onLambda(verifier(), () => undefined, quiet);
  const next = inNext(verifier(), () => undefined, quiet);
  for (let round = 0; round < ROUNDS; round++) {
    const given = pairs();
    const values = valuesByName(given);
    const expected = codeOf(() => verifier().verify(BODY, given)) === "genuine" ? 200 : 401;
    const cloudFront = Object.entries(values).map(([name, of]) => [name, of.map((value) => ({ key: name, value }))]);
    const body = { data: Buffer.from(BODY).toString("base64"), encoding: "base64" };
    const answers = [
      (await lambda({ multiValueHeaders: values, body: BODY })).statusCode,
      Number((await lambda({ Records: [{ cf: { request: { headers: Object.fromEntries(cloudFront), body } } }] })).status),
      (await next(new Request("http://localhost/", { method: "POST", body: BODY, headers: given }))).status,
    ];
    assert.deepEqual(answers, [expected, expected, expected], JSON.stringify(given));
  }
});

test("what is no header at all is refused, and nothing else is thrown", () => {
  const odd = [[], [[]], [["a"]], [[1, 2]], new Map([[7, 8]]), { "x-headshotpro-signature": {} }, { get: () => 7 }, { get: () => ["a", "b"] }];
  for (const headers of odd) assert.notEqual(codeOf(() => verifier().verify(BODY, headers)), "genuine");
  assert.equal(codeOf(() => verifier().verify(BODY, signed(BODY, Math.floor(now() / 1000)))), "genuine");
});
