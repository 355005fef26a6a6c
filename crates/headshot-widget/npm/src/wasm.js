// The code behind an element, loaded once for all of them on the page, and never before the element has done what it can
// alone. `code.js` is the other half, beside what wasm-bindgen made.

/** Each name has the content's hash in it, so that an old copy in some cache is never taken for this one. */
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

/** Bundlers recognise an address that is written out, in one piece; a plain script has none. */
async function load() {
  const wasm = import.meta.url && fetch(new URL("element_bg.wasm", import.meta.url));
  const [{ start }, response] = await Promise.all([code(), wasm]);
  return start(response);
}

/** A browser remembers of an address that its module failed, so a second attempt is made at another one. */
function code() {
  return import("./code.js").catch(() => import(`${new URL("code.js", import.meta.url)}?${Date.now()}`));
}
