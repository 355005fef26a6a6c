// Vercel's edge runtime: wasm can only be imported, as a compiled module.
import module from "./headshot_wasm_bg.wasm?module";
import { initSync } from "./headshot_wasm.js";

initSync({ module });

export { Verifier } from "./verifier.js";
export { Verified, VerifyError } from "./result.js";
