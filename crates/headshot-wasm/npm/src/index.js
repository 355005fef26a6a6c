// The whole. What the two modules with a colon are depends on the runtime: `stage.mjs` puts them in.
import { explain as explainWith, sign as signWith } from "package:explain";
import module from "wasm:module";
import { declared } from "./declared.js";
import { CODES, refused } from "./error.js";
import { Verified } from "./events.js";
import { MESSAGES } from "./messages.js";
import { MORE_MESSAGES } from "./more-messages.js";
import { entry } from "./verifier.js";
import { use } from "./wasm.js";

use(module);
Object.assign(MESSAGES, MORE_MESSAGES);
Object.assign(entry, { Verified, settings: declared });

export function explain(...given) {
  return explainWith({ CODES, refused }, ...given);
}

export function sign(...given) {
  return signWith({ CODES, refused }, ...given);
}

export { EventError, VerifyError } from "./error.js";
export { Verified };
export { Verifier } from "./verifier.js";
