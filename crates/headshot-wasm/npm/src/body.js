import { refused } from "./error.js";

/** The longest body that is looked at; `MAX_BODY_BYTES` of the Rust crate. */
export const MAX_BODY_BYTES = 1048576;

const utf8 = new TextEncoder();

/** The bytes of a body as it was received. */
export function rawBytes(body) {
  if (body instanceof Uint8Array) return body;
  if (typeof body === "string") return utf8.encode(body);
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  // Not `instanceof`: a buffer of another realm is as good.
  if (Object.prototype.toString.call(body) === "[object ArrayBuffer]") return new Uint8Array(body);
  throw refused("body_not_raw");
}
