import { refused } from "./error.js";

const utf8 = new TextEncoder();

/** The secrets as `src/secrets.rs` reads them: each after its length in four bytes, the lowest first. */
export function packed(secrets) {
  const list = Array.isArray(secrets) ? secrets : [secrets];
  const packed = [];
  for (const secret of list) {
    // An environment variable that is not set is `undefined`, and no secret.
    if (secret === undefined || secret === null) continue;
    if (typeof secret !== "string") throw refused("option_invalid", ["a signing secret is not a string"]);
    const bytes = utf8.encode(secret);
    packed.push(...new Uint8Array(Uint32Array.of(bytes.length).buffer), ...bytes);
  }
  return Uint8Array.from(packed);
}
