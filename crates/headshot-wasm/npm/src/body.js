import { refused } from "./error.js";

/** The longest body that is looked at; `MAX_BODY_BYTES` of the Rust crate. */
export const MAX_BODY_BYTES = 1048576;

const utf8 = new TextEncoder();

/** The bytes of a body as it was received; of a text that is too long, as many as show that it is. */
export function rawBytes(body) {
  if (body instanceof Uint8Array) return body;
  // A text has no fewer bytes than letters.
  if (typeof body === "string") return utf8.encode(body.length > MAX_BODY_BYTES ? body.slice(0, MAX_BODY_BYTES + 1) : body);
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  // Not `instanceof`: a buffer of another realm is as good.
  if (Object.prototype.toString.call(body) === "[object ArrayBuffer]") return new Uint8Array(body);
  throw refused("body_not_raw");
}

/** The parts one after the other, in an array of their own. */
export function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}
