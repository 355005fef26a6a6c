// Everything. What `wasm:module` is depends on the runtime: `stage.mjs` puts it in.
import module from "wasm:module";
import { start } from "./wasm.js";

start(module);

export { VerifyError } from "./error.js";
export { Verified } from "./verified.js";
export { Verifier } from "./verifier.js";
