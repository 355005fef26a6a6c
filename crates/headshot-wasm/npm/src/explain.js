// For developers and tests: why a delivery was refused, and signatures. Its wasm is compiled when it is first needed.
import module from "wasm:module";
import { MAX_BODY_BYTES, rawBytes } from "./body.js";
import { declared } from "./declared.js";
import { MOST_LETTERS, headerByte } from "./headers.js";
import { lend, refused } from "./lent-error.js";
import { headerLines } from "./lines.js";
import { checkedOptions, expectType, unixSeconds } from "./options.js";
import { packed } from "./secrets.js";
import { called, pass, refusal, taken, use, wasm } from "./wasm.js";

use(module);

export function explain(errors, provider, secrets, body, headers, options) {
  lend(errors);
  const { scheme, rules, now } = checkedOptions(provider, options);
  const seconds = unixSeconds(now);
  const lines = latin1(headerLines(headers, provider));
  const parts = [declared(provider), scheme, packed(secrets), lines, noLonger(readable(body))];
  return JSON.parse(called(() => put(wasm.explain(...pass(...parts), ...rules, seconds))));
}

export function sign(errors, provider, secrets, body, { id = "", ...options } = {}) {
  lend(errors);
  expectType("id", id, "string");
  const { scheme, now } = checkedOptions(provider, options);
  const seconds = unixSeconds(now);
  const raw = rawBytes(body);
  if (raw.length > MAX_BODY_BYTES) throw refused("body_too_large", [], MAX_BODY_BYTES);
  const parts = [declared(provider), scheme, packed(secrets), raw, id.slice(0, MOST_LETTERS)];
  const lines = called(() => put(wasm.sign(...pass(...parts), seconds))).trimEnd().split("\n");
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
}

function put(length) {
  if (length === 0) throw refusal();
  return taken(length);
}

/** A parsed body is a mistake to be explained, so what a framework would make of it is looked at. */
function readable(body) {
  const isParsed = body !== null && typeof body === "object" && Object.getPrototypeOf(body) === Object.prototype;
  return rawBytes(isParsed ? JSON.stringify(body) : body);
}

/** What is longer than any delivery is told from its first bytes; the wasm's memory never shrinks again. */
function noLonger(bytes) {
  return bytes.subarray(0, MAX_BODY_BYTES + 1);
}

function latin1(text) {
  return Uint8Array.from(text, (letter) => headerByte(letter.charCodeAt(0)));
}
