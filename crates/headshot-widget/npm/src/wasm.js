// The code behind an element, loaded once for all of them on the page. `glue.js` is what wasm-bindgen made for the element
// whose script this becomes a part of, and `inline.js` its wasm as text.

import init, { mount } from "./glue.js";

/** The name has the content's hash in it, so that an old copy in some cache is never taken for this one. */
export const WASM_FILE = "element_bg.wasm";

let loading;

/** A failed load is forgotten, so that it can be repeated. */
export function loadElement() {
  loading ??= load().catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load() {
  await init({ module_or_path: await wasm() });
  return { mount };
}

/** From beside this script; from inside the package where a bundler has left that file behind. */
async function wasm() {
  const address = addressOfWasm();
  const response = address && (await fetch(address));
  const isThere = response?.ok && !/^text\//.test(response.headers.get("content-type"));
  return isThere ? response : (await import("./inline.js")).default();
}

function addressOfWasm() {
  try {
    // Bundlers recognise this form, and only in one piece.
    return new URL("element_bg.wasm", import.meta.url);
  } catch {
    return undefined;
  }
}
