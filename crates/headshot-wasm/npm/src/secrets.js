import { bytesOf, joined } from "./body.js";
import { refused } from "./error.js";
import { encoded } from "./utf8.js";

/** More than all secrets of an endpoint have together; the wasm's memory never shrinks again. */
const MOST_BYTES = 16 * 1048576;

/** The secrets as `src/secrets.rs` reads them: each after its length in four bytes, the lowest first. */
export function packed(secrets) {
  const list = Array.isArray(secrets) ? secrets : [secrets];
  const parts = [];
  const ours = [];
  let left = MOST_BYTES;
  for (const secret of list) {
    // An environment variable that is not set is `undefined`, and no secret.
    if (secret === undefined || secret === null) continue;
    left -= secret.length ?? secret.byteLength;
    if (left < 0) throw refused("option_invalid", ["the signing secrets are longer than 16 MiB"]);
    const isText = typeof secret === "string";
    const bytes = isText ? encoded(secret) : bytesOf(secret);
    if (isText) ours.push(bytes);
    if (!bytes) throw refused("option_invalid", ["a signing secret is neither a string nor bytes"]);
    parts.push(new Uint8Array(Uint32Array.of(bytes.length).buffer), bytes);
  }
  const whole = joined(parts);
  for (const bytes of ours) bytes.fill(0);
  return whole;
}
