// Starts the page's wasm, which `index.html` names as what to load early.
const named = (selector) => document.querySelector(selector).href;
const { default: start } = await import(named("link[rel=modulepreload]"));
await start({ module_or_path: named("link[rel=preload][as=fetch]") });
