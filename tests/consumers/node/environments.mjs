// Other realms, other copies of the package, other clocks, other requests.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { mock, test } from "node:test";
import { createContext, runInContext } from "node:vm";

import { EventError, Verifier, VerifyError, explain } from "headshot-verify";
import * as only from "headshot-verify/verify";
import { BODY, SECONDS, SECRET, now, refused, rejected, signed, verifier } from "./delivery.mjs";

const require = createRequire(import.meta.url);
const folder = dirname(require.resolve("headshot-verify/package.json"));
/** What the package's own files may require. */
const inside = { require: createRequire(join(folder, "package.json")) };

/** The CommonJS file of an entry in a realm of its own, which has only what is given. */
function inOtherRealm(file, given) {
  const context = createContext({ module: { exports: {} }, ...given });
  runInContext(readFileSync(join(folder, file), "utf8"), context);
  return context.module.exports;
}

test("secrets, headers and bodies of another realm are as good", () => {
  for (const file of ["verify.cjs", "index.cjs"]) {
    const { Verifier } = inOtherRealm(file, { TextEncoder, TextDecoder, ...inside });
    const verified = new Verifier("headshotpro", [Buffer.from("old"), Buffer.from(SECRET)], { now }).verify(
      Buffer.from(BODY),
      new Map([["X-HeadshotPro-Signature", signed()["x-headshotpro-signature"]], ["X-HeadshotPro-Timestamp", `${SECONDS}`]]),
    );
    assert.equal(verified.secretIndex, 1);
  }
});

test("a secret may be any bytes", () => {
  const bytes = new TextEncoder().encode(SECRET);
  for (const secret of [bytes.buffer, new DataView(bytes.buffer), Buffer.from(bytes)]) {
    assert.equal(new Verifier("headshotpro", secret, { now }).verify(BODY, signed()).secretIndex, 0);
  }
});

test("it can be imported and used where there is no TextEncoder, as in jsdom", () => {
  const body = '{"event":"Zoë 📷 \ud83d","object":{"_id":"m1","title":"Zoë 📷"}}';
  const { Verifier } = inOtherRealm("index.cjs", inside);
  const verified = new Verifier("headshotpro", SECRET, { now }).verify(body, signed(Buffer.from(body)));
  assert.equal(verified.event.model.title, "Zoë 📷");
  assert.equal(verified.event.type, "Zoë 📷 \ufffd");
});

test("errors of every copy of the package are of one class", () => {
  const common = require("headshot-verify");
  assert.notEqual(common.VerifyError, VerifyError);
  const errorOf = (act) => {
    try {
      return act();
    } catch (error) {
      return error;
    }
  };
  const refusals = [verifier(), new only.Verifier("headshotpro", SECRET), new common.Verifier("headshotpro", SECRET)];
  for (const error of refusals.map((verifier) => errorOf(() => verifier.verify("", {})))) {
    for (const kind of [VerifyError, common.VerifyError, only.VerifyError]) assert.ok(error instanceof kind);
    for (const kind of [EventError, common.EventError]) assert.ok(!(error instanceof kind));
  }
  const unreadable = errorOf(() => new common.Verifier("headshotpro", SECRET, { now }).verify("{", signed("{")).event);
  assert.ok(unreadable instanceof EventError && !(unreadable instanceof VerifyError));
});

test("what is no error of ours is of none of our classes", () => {
  class Own extends VerifyError {}
  const refusal = new VerifyError("signature_missing", "a message");
  assert.ok(new Own("signature_missing", "a message") instanceof Own);
  assert.ok(new Own("signature_missing", "a message") instanceof VerifyError);
  assert.ok(!(refusal instanceof Own));
  for (const other of [new Error(), null, undefined, 7, {}, { code: "signature_missing", name: "VerifyError" }]) {
    assert.ok(!(other instanceof VerifyError));
  }
});

test("the clock is the one of the moment, so that fake timers are believed", () => {
  const early = new Verifier("headshotpro", SECRET);
  mock.timers.enable({ apis: ["Date"], now: SECONDS * 1000 });
  assert.equal(early.verify(BODY, signed()).secretIndex, 0);
  mock.timers.reset();
  const { now } = Date;
  Date.now = () => SECONDS * 1000;
  assert.equal(early.verify(BODY, signed()).secretIndex, 0);
  Date.now = now;
  refused("timestamp_too_old", () => early.verify(BODY, signed()));
});

test("a verifier may be made where its secret is not yet set, and refuses everything", () => {
  for (const [secret, code] of [[undefined, "secrets_missing"], [[], "secrets_missing"], ["", "secret_empty"]]) {
    for (const kind of [Verifier, only.Verifier]) {
      const early = new kind("headshotpro", secret, { now });
      refused(code, () => early.verify(BODY, signed()));
      early.free();
      refused("verifier_freed", () => early.verify(BODY, signed()));
    }
  }
});

const request = (init) => new Request("http://localhost/", { method: "POST", body: BODY, headers: signed(), ...init });

test("a request whose body is shown in another way, or not at all, is read", async () => {
  for (const shown of [undefined, { pipe() {}, on() {} }]) {
    const odd = request();
    Object.defineProperty(odd, "body", { value: shown });
    assert.equal((await verifier().verifyRequest(odd)).event.model.id, "m1");
  }
  const empty = new Request("http://localhost/", { method: "POST", headers: signed("") });
  assert.equal((await verifier().verifyRequest(empty)).raw.length, 0);
});

test("a request whose body somebody reads is refused", async () => {
  const locked = request();
  locked.body.getReader();
  await rejected("body_used", verifier().verifyRequest(locked));
  const used = request();
  await used.text();
  await rejected("body_used", verifier().verifyRequest(used));
});

test("a request whose body is no bytes is refused", async () => {
  const odd = request();
  const body = new ReadableStream({ start: (controller) => controller.enqueue("text") });
  Object.defineProperty(odd, "body", { value: body });
  await rejected("body_not_raw", verifier().verifyRequest(odd));
});

test("a promise is told from what it promises", () => {
  refused("headers_unreadable", () => verifier().verify(BODY, Promise.resolve(new Headers(signed()))), "await");
  refused("headers_unreadable", () => explain("headshotpro", SECRET, BODY, Promise.resolve({})), "await");
  refused("body_not_raw", () => verifier().verify(Promise.resolve(BODY), signed()), "promise");
});

test("values without end are cut before they are looked at", () => {
  const endless = "a".repeat(100 * 1024 * 1024);
  refused("signature_malformed", () => verifier().verify(BODY, { ...signed(), "x-headshotpro-signature": endless }));
  const { findings } = explain("headshotpro", SECRET, BODY, { ...signed(), "x-headshotpro-signature": endless, [endless]: "a" }, { now });
  assert.ok(findings.length > 0);
});

test("explain reads headers that can only be asked by name", () => {
  const headers = new Map(Object.entries(signed()));
  const asked = { get: (name) => headers.get(name.toLowerCase()) ?? null };
  assert.equal(explain("headshotpro", SECRET, BODY, asked, { now }).verdict, "genuine");
  const declared = { provider: "acme", signatureHeader: "X-HeadshotPro-Signature", timestampHeader: "X-HeadshotPro-Timestamp", signed: "{timestamp}.{body}", prefix: "sha256=" };
  assert.equal(explain(declared, SECRET, BODY, asked, { now }).verdict, "genuine");
});
