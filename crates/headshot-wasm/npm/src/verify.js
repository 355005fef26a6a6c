// The verdict alone: events, declared schemes, `explain` and `sign` are not in its wasm.
import module from "wasm:module";
import { Verdict } from "./verified.js";
import { entry } from "./verifier.js";
import { use } from "./wasm.js";

class Verified extends Verdict {}

use(module);
entry.Verified = Verified;

export { VerifyError } from "./error.js";
export { Verified };
export { Verifier } from "./verifier.js";
