import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";

import { EventError, Verified, Verifier, explain, sign } from "headshot-verify";
import { Verifier as VerdictAlone } from "headshot-verify/verify";
import { BODY, SECONDS, SECRET, now, refused, signed, verifier } from "./delivery.mjs";

test("a result says what was proven", () => {
  const verified = verifier().verify(BODY, signed());
  assert.ok(verified instanceof Verified);
  assert.deepEqual({ ...verified }, {
    provider: "headshotpro",
    scheme: "timestamped",
    signedAt: new Date(SECONDS * 1000),
    secretIndex: 0,
    coversBody: true,
  });
});

test("the event is read once", () => {
  const verified = verifier().verify(BODY, signed());
  assert.equal(verified.event.type, "model.photos_ready");
  assert.equal(verified.event, verified.event);
});

test("a long field that no type knows is parsed when it is asked for", () => {
  const photos = [{ id: "p", text: "é".repeat(1000) }];
  const body = JSON.stringify({ event: "model.created", object: { _id: "m1" }, "a\ud83d\udcf7": 1, photos, more: null });
  const { event } = verifier().verify(body, signed(body));
  assert.equal(typeof Object.getOwnPropertyDescriptor(event.other, "photos").get, "function");
  assert.deepEqual(event.other, { "a\ud83d\udcf7": 1, photos, more: null });
  assert.deepEqual(JSON.parse(JSON.stringify(event)), event);
  event.other.photos = 7;
  assert.equal(event.other.photos, 7);
});

test("a long field that a type knows is read at once, whatever it is", () => {
  const title = "é".repeat(1000);
  const body = JSON.stringify({ event: "model.created", object: { _id: "m1", title } });
  assert.equal(verifier().verify(body, signed(body)).event.model.title, title);
  const unusual = JSON.stringify({ event: "model.created", object: { _id: "m1" }, objectType: [title] });
  assert.deepEqual(verifier().verify(unusual, signed(unusual)).event.other, { objectType: [title] });
});

test("a parsed body is refused with the way to the raw one", () => {
  for (const body of [JSON.parse(BODY), null, undefined, 7, [123]]) {
    refused("body_not_raw", () => verifier().verify(body, signed()));
  }
  const advice = ["Express", "express.raw", "Next.js", "Hono", "Workers", "arrayBuffer()"];
  assert.throws(() => verifier().verify({}, signed()), ({ message }) => advice.every((word) => message.includes(word)));
});

test("headers that cannot be read are refused", () => {
  for (const headers of [undefined, null, "x-headshotpro-signature: sha256=", 7]) {
    refused("headers_unreadable", () => verifier().verify(BODY, headers));
  }
});

test("a value with a line's end in it does not become a header", () => {
  const { "x-headshotpro-signature": signature, "x-headshotpro-timestamp": timestamp } = signed();
  const smuggled = { "x-headshotpro-signature": `${signature}\nx-headshotpro-timestamp:${timestamp}` };
  refused("signature_malformed", () => verifier().verify(BODY, smuggled));
});

test("names in two cases are one header", () => {
  const headers = { ...signed(), "X-HeadshotPro-Timestamp": String(SECONDS) };
  refused("timestamp_repeated", () => verifier().verify(BODY, headers));
});

test("a large body is refused before it is copied", () => {
  refused("body_too_large", () => verifier().verify(new Uint8Array(100 * 1024 * 1024), signed()));
});

test("a verifier that could never verify is refused", () => {
  refused("provider_unknown", () => new Verifier("headshots", SECRET));
  refused("provider_unknown", () => new Verifier("headshots", undefined));
  refused("secret_malformed", () => new Verifier("standardwebhooks", "no base64"));
  refused("secret_empty", () => new Verifier("headshotpro", [SECRET, ""]));
  refused("option_invalid", () => new Verifier("headshotpro", 7));
  refused("scheme_unknown", () => verifier({ scheme: "both" }));
  refused("option_invalid", () => verifier({ scheme: 7 }));
  refused("option_invalid", () => verifier({ now: 7 }));
  for (const toleranceSeconds of [-1, NaN, Infinity, "300", null]) {
    refused("option_invalid", () => verifier({ toleranceSeconds }));
  }
});

test("an event that nobody signed has a name that says so", () => {
  const body = '{"topic":"SUBMISSION_COMPLETE","submission_id":"sub_1"}';
  const verified = new Verifier("scale", SECRET, { now }).verify(body, sign("scale", SECRET, body, { now }));
  assert.equal(verified.coversBody, false);
  assert.equal(verified.unsignedEvent.submissionId, "sub_1");
  assert.throws(() => verified.event, (error) => error instanceof EventError && error.code === "event_unsigned");
});

test("rules for tokens are of the right type, and for tokens alone", () => {
  const wrong = [{ maxAgeSeconds: -1 }, { maxAgeSeconds: "60" }, { acceptTimelessTokens: 1 }, { compareClaims: "no" }];
  for (const rule of wrong) refused("option_invalid", () => new Verifier("scale", SECRET, rule), Object.keys(rule)[0]);
  for (const rule of [{ maxAgeSeconds: 60 }, { acceptTimelessTokens: true }, { compareClaims: false }]) {
    new Verifier("scale", SECRET, rule);
    new VerdictAlone("scale", SECRET, rule);
    refused("option_invalid", () => verifier(rule), "tokens");
  }
  refused("scheme_unknown", () => new Verifier("scale", SECRET, { scheme: "HS256 timeless" }));
});

test("a setting of a declared provider that is misspelt or of the wrong type is refused", () => {
  const declare = (settings) => new Verifier({ provider: "acme", signatureHeader: "x-acme", signed: "{body}", ...settings }, SECRET);
  declare({ severalSignatures: false, idHeader: undefined });
  const wrong = [{ jsonObjectsOnly: true }, { severalSignatures: 0 }, { jsonObjectOnly: "" }, { timestampHeader: null }, { prefix: 1 }];
  for (const settings of [...wrong, { prefix: "a\nb" }]) refused("option_invalid", () => declare(settings));
});

test("a secret may be bytes", () => {
  const verified = new Verifier("headshotpro", [Buffer.from("old"), new TextEncoder().encode(SECRET)], { now }).verify(BODY, signed());
  assert.equal(verified.secretIndex, 1);
});

test("what is printed has the names that are imported", () => {
  for (const of of [Verifier, VerdictAlone]) {
    const verified = new of("headshotpro", SECRET, { now }).verify(BODY, signed());
    assert.match(inspect(verified), /^Verified \{\n  provider: 'headshotpro',/);
    assert.equal(of.name, "Verifier");
  }
});

test("a secret may be megabytes", () => {
  const text = "0123456789abcdef".repeat(256 * 1024);
  const headers = signed(BODY, SECONDS, text);
  for (const secret of [text, new TextEncoder().encode(text)]) {
    assert.equal(new Verifier("headshotpro", [SECRET, secret], { now }).verify(BODY, headers).secretIndex, 1);
    refused("signature_mismatch", () => new Verifier("headshotpro", secret, { now }).verify(BODY, signed()));
    assert.deepEqual(sign("headshotpro", secret, BODY, { now }), headers);
    assert.equal(explain("headshotpro", secret, BODY, headers, { now }).verdict, "genuine");
  }
});

test("what the smaller entry leaves out is refused or absent there", () => {
  assert.throws(() => new VerdictAlone({ provider: "acme", signatureHeader: "x-acme", signed: "{body}" }, SECRET), { code: "provider_unknown" });
  assert.throws(() => new VerdictAlone("scale", SECRET, { scheme: "HS512" }), { code: "scheme_unknown" });
  assert.equal(new VerdictAlone("headshotpro", SECRET, { now }).verify(BODY, signed()).event, undefined);
});

test("a refusal is explained, and errors are of one class", () => {
  const { verdict, findings } = explain("headshotpro", ` ${SECRET}`, BODY, signed(), { now });
  assert.equal(verdict, "signature_mismatch");
  assert.deepEqual(findings.map(({ code }) => code), ["secret_white_space"]);
  refused("provider_unknown", () => explain("headshots", SECRET, BODY, signed()));
  refused("secrets_missing", () => sign("headshotpro", [], BODY));
  refused("sign_id_missing", () => sign("standardwebhooks", "whsec_AAAA", BODY));
});

test("explain and sign refuse a wrong option by its name", () => {
  const wrong = {
    scheme: [7, null, ["auto"]],
    toleranceSeconds: [-1, NaN, Infinity, "300", null],
    now: [7, null, new Date(), () => NaN, () => "now", () => undefined],
    id: [7, null, Buffer.from("id")],
  };
  const takers = [
    [["scheme", "toleranceSeconds", "now"], (options) => explain("headshotpro", SECRET, BODY, signed(), options)],
    [["scheme", "now", "id"], (options) => sign("standardwebhooks", "whsec_AAAA", BODY, { id: "msg_1", ...options })],
  ];
  for (const [names, take] of takers) {
    for (const name of names) {
      for (const value of wrong[name]) refused("option_invalid", () => take({ [name]: value }), name);
    }
  }
});

test("letters that are no bytes do not become those of a signature", () => {
  const headers = signed();
  const digits = headers["x-headshotpro-signature"];
  const shifted = digits.replace(/[^=]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 256));
  for (const signature of [shifted, digits.replace(/.$/, "\u{1f600}")]) {
    headers["x-headshotpro-signature"] = signature;
    refused("signature_malformed", () => verifier().verify(BODY, headers));
    assert.equal(explain("headshotpro", SECRET, BODY, headers, { now }).verdict, "signature_malformed");
  }
});

test("letters beyond ASCII are no letters of a header's name", () => {
  const declared = { provider: "acme", signatureHeader: "x-k", signed: "{body}" };
  refused("signature_missing", () => new Verifier(declared, SECRET).verify(BODY, { "x-\u212a": "00" }));
});

test("a clock that gives no time is refused", () => {
  for (const time of [NaN, Infinity, undefined, "now"]) {
    refused("option_invalid", () => verifier({ now: () => time }).verify(BODY, signed()));
  }
});

test("the tolerance can be set", () => {
  const old = signed(BODY, SECONDS - 301);
  refused("timestamp_too_old", () => verifier().verify(BODY, old));
  assert.equal(verifier({ toleranceSeconds: 301 }).verify(BODY, old).scheme, "timestamped");
});

test("the clock is Date.now unless it is set", () => {
  const seconds = Math.floor(Date.now() / 1000);
  assert.equal(new Verifier("headshotpro", SECRET).verify(BODY, signed(BODY, seconds)).secretIndex, 0);
});

test("secrets are shown to nobody", () => {
  const holder = verifier();
  const shown = [inspect(holder, { depth: 9, showHidden: true }), JSON.stringify(holder), String(holder)];
  assert.ok(shown.every((text) => !text.includes(SECRET.slice(0, 16))), shown.join());
});

test("a verifier can be disposed of, and is of no use then", () => {
  const freed = verifier();
  freed.free();
  freed.free();
  refused("verifier_freed", () => freed.verify(BODY, signed()));
  const disposed = verifier();
  if (Symbol.dispose) disposed[Symbol.dispose]();
  else disposed.free();
  refused("verifier_freed", () => disposed.verify(BODY, signed()));
});
