// The widget's code, loaded once for all elements of the page.

import init, { mount } from "./headshot_widget.js";

/** The name has the content's hash in it, so that an old copy in some cache is never taken for this one. */
export const WASM_FILE = "headshot_widget_bg.wasm";

let loading;

/** A failed load is forgotten, so that it can be repeated. */
export function loadWidget() {
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
  return isThere ? response : (await import("./headshot_widget_inline.js")).default();
}

function addressOfWasm() {
  try {
    // Bundlers recognise this form, and only in one piece.
    return new URL("headshot_widget_bg.wasm", import.meta.url);
  } catch {
    return undefined;
  }
}
