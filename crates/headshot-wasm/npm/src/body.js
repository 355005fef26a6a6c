import { refused } from "./error.js";
import { encoded } from "./utf8.js";

/** The longest body that is looked at; `MAX_BODY_BYTES` of the Rust crate. */
export const MAX_BODY_BYTES = 1048576;

/** The bytes of a body as it was received; of a text that is too long, as many as show that it is. */
export function rawBytes(body) {
  if (body instanceof Uint8Array) return body;
  // A text has no fewer bytes than letters.
  if (typeof body === "string") return encoded(body.length > MAX_BODY_BYTES ? body.slice(0, MAX_BODY_BYTES + 1) : body);
  const bytes = bytesOf(body);
  if (bytes) return bytes;
  throw refused("body_not_raw");
}

/** The bytes of a buffer or of a view of one, if it is either. */
export function bytesOf(value) {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  // Not `instanceof`: a buffer of another realm is as good.
  return /^(Shared)?ArrayBuffer$/.test(kindOf(value)) ? new Uint8Array(value) : undefined;
}

/** What a value is, in whichever realm it was made. */
export function kindOf(value) {
  return Object.prototype.toString.call(value).slice(8, -1);
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
