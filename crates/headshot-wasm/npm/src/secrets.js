import { joined } from "./body.js";
import { refused } from "./error.js";

const utf8 = new TextEncoder();

/** The secrets as `src/secrets.rs` reads them: each after its length in four bytes, the lowest first. */
export function packed(secrets) {
  const list = Array.isArray(secrets) ? secrets : [secrets];
  const parts = [];
  for (const secret of list) {
    // An environment variable that is not set is `undefined`, and no secret.
    if (secret === undefined || secret === null) continue;
    const isBytes = secret instanceof Uint8Array;
    if (!isBytes && typeof secret !== "string") {
      throw refused("option_invalid", ["a signing secret is neither a string nor a Uint8Array"]);
    }
    const bytes = isBytes ? secret : utf8.encode(secret);
    parts.push(new Uint8Array(Uint32Array.of(bytes.length).buffer), bytes);
  }
  return joined(parts);
}
