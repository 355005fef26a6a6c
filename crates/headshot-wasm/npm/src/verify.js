// The verdict alone: events, `explain` and `sign` are not in its wasm.
import module from "wasm:module";
import { start } from "./wasm.js";

start(module);

export { VerifyError } from "./error.js";
export { Verified } from "./verified.js";
export { Verifier } from "./verifier.js";
