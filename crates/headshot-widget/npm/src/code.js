// What an element loads to go on with: `glue.js` is what wasm-bindgen made, `element_bg.wasm` its wasm, and `inline.js` the
// same as text.

import init, * as exports from "./glue.js";
import { WASM_FILE } from "./wasm.js";

/** Starts the wasm that came from beside the script; from inside the package where a bundler has left that file behind. */
export async function start(response) {
  const isThere = response?.ok && !/^text\//.test(response.headers.get("content-type"));
  await init({ module_or_path: isThere ? response : (await import("./inline.js")).default() });
  return { mount: exports.mount, mountWatched };
}

/** What is mounted now, and what to do when the wasm fails. */
const crashes = new Map();

/** What has failed is kept: if it were collected it would tidy up, which would take the frame away. */
const failed = [];

/** Mounts what `shown` has begun, and calls `crash` when the wasm fails in the middle of something; it asks no more then. */
function mountWatched(host, shown, crash) {
  const { widget, server, session, token, surface, words } = shown;
  const mounted = exports.mount(host, widget, server, session, token, surface, words, ...shown.handOver());
  crashes.set(mounted, crash);
  const free = () => crashes.delete(mounted) && mounted.free();
  return Object.assign(Object.create(mounted), { free });
}

globalThis.addEventListener?.("error", ({ error }) => {
  if (!error?.stack?.includes?.(WASM_FILE)) return;
  for (const [mounted, crash] of crashes) {
    crashes.delete(mounted);
    failed.push(mounted);
    try {
      mounted.abandon?.();
    } catch {
      // It was in the middle of that.
    }
    crash(error);
  }
});
