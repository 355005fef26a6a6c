// Node, Deno, Bun, browsers and bundlers: the wasm is inside the JavaScript, so there is nothing to load and to wait for.
import { initSync } from "./headshot_wasm.js";
import { bytes } from "./headshot_wasm_inline.js";

initSync({ module: bytes() });

export { Verifier } from "./verifier.js";
export { Verified, VerifyError } from "./result.js";
