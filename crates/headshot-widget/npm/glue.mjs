// wasm-bindgen's script, told how wasm-opt has renamed what the two call of each other, and without what is not called.

/** `names` is what wasm-opt prints: for each import its module, its name and its new name, for each export both names. */
export function renamed(glue, { imports, exports }) {
  const [[module]] = imports;
  const isCalled = new Map(imports.map(([, name, short]) => [name, short]));
  const provided = new Set();
  const shorter = glue
    .replaceAll(/^export class (IntoUnderlying\w+) [^]*?^}\n(if .*\n)?/gm, "")
    .replaceAll(/^const IntoUnderlying\w+ = [^]*?;\n/gm, "")
    .replaceAll(/^ {8}(\w+): function([^]*?^ {8}}.*,\n)/gm, (_, name, rest) => {
      provided.add(name);
      return isCalled.has(name) ? `        ${isCalled.get(name)}: function${rest}` : "";
    })
    .replace(JSON.stringify(module), '"a"')
    .replaceAll(/\bwasm\.(\w+)/g, (_, name) => `wasm.${exports.find(([long]) => long === name)?.[1] ?? missing(name)}`);
  const unprovided = [...isCalled.keys()].filter((name) => !provided.has(name));
  if (unprovided.length > 0) missing(unprovided.join(", "));
  return shorter;
}

function missing(name) {
  throw new Error(`wasm-bindgen's script and wasm-opt's names differ in ${name}`);
}
