// Every change of one bit of a genuine delivery is refused: of its body, of each header, and of the secret that signed.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { whole } from "./package.mjs";
import { bodies } from "./verdicts.mjs";

/** Longer bodies hold nothing that a shorter one does not. */
const LONGEST = 1024;

// Half a million errors, of which nobody looks at a stack.
Error.stackTraceLimit = 0;

const { deliveries } = JSON.parse(readFileSync("vectors.json", "utf8"));
const genuine = deliveries
  .filter((vector) => vector.accepted)
  .map((vector) => ({ provider: "headshotpro", ...vector, bytes: bodies(vector)[0][1] }))
  .filter(({ bytes }) => bytes.length <= LONGEST);

test("of a body", () => {
  // A token does not sign the body.
  const covered = genuine.filter(({ provider }) => provider !== "scale");
  const changes = covered.map((vector) => refusesEach(vector, flips(vector.bytes), (body) => ({ bytes: body })));
  assert.ok(sum(changes) > 100_000, `only ${sum(changes)} changes`);
});

test("of a header", () => {
  const changes = genuine.flatMap((vector) =>
    vector.headers.filter((header) => isRead(vector, header)).map((header) => {
      const values = flips(Buffer.from(header[1], "latin1"));
      return refusesEach(vector, values, (value) => ({ headers: replaced(vector.headers, header, value) }));
    }),
  );
  assert.ok(sum(changes) > 100_000, `only ${sum(changes)} changes`);
});

test("of a secret", () => {
  // Another secret's signature may stand beside.
  const single = genuine.filter(({ name }) => !name.includes("both right"));
  const changes = single.map((vector) => {
    const { secrets, accepted } = vector;
    const texts = [...flips(Buffer.from(secrets[accepted.secretIndex]))].map(utf8).filter((text) => text !== undefined);
    return refusesEach(vector, texts, (secret) => ({ secrets: secrets.with(accepted.secretIndex, secret) }));
  });
  assert.ok(sum(changes) > 30_000, `only ${sum(changes)} changes`);
});

/** How many changes there were. */
function refusesEach(vector, values, changed) {
  const verifier = verifierOf(vector);
  let changes = 0;
  for (const value of values) {
    changes += 1;
    const change = changed(value);
    const { bytes, headers } = { ...vector, ...change };
    const isRefused = change.secrets
      ? refusesWithOthers({ ...vector, ...change })
      : refuses(() => verifier.verify(bytes, headers));
    assert.ok(isRefused, `${vector.name}: ${JSON.stringify(change)}`);
  }
  verifier.free();
  return changes;
}

function verifierOf({ provider, secrets, scheme, tolerance: toleranceSeconds, tokens, now }) {
  return new whole.Verifier(provider, secrets, { scheme, toleranceSeconds, ...tokens, now: () => now * 1000 });
}

/** The same with secrets that may be none, so that there is no verifier. */
function refusesWithOthers(vector) {
  let verifier;
  const isRefused = refuses(() => {
    verifier = verifierOf(vector);
    verifier.verify(vector.bytes, vector.headers);
  });
  verifier?.free();
  return isRefused;
}

function refuses(act) {
  try {
    act();
    return false;
  } catch (error) {
    return error instanceof whole.VerifyError;
  }
}

function* flips(bytes) {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Uint8Array.from(bytes);
    flipped[bit >> 3] ^= 1 << (bit & 7);
    yield flipped;
  }
}

/** HeadshotPro's scheme over the body alone looks at no timestamp; and one of several signatures may be spoiled. */
function isRead({ provider, accepted }, [name, value]) {
  const isUnsigned = accepted.scheme === "body" && name.toLowerCase() === "x-headshotpro-timestamp";
  const isList = value.includes(" ") && (provider === "standardwebhooks" || provider.severalSignatures);
  return !isUnsigned && !isList;
}

function replaced(headers, header, value) {
  return headers.map((other) => (other === header ? [header[0], Buffer.from(value).toString("latin1")] : other));
}

/** The text of some bytes, if they are one. */
function utf8(bytes) {
  const text = Buffer.from(bytes).toString();
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

function sum(numbers) {
  return numbers.reduce((all, number) => all + number, 0);
}
