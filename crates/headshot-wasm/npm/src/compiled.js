/** The smallest module that needs SIMD. */
const WITH_SIMD = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11);

/**
 * The module that these bytes are; where the CPU has no SIMD, another one that needs none, if there is such a one.
 */
export function compiled(bytes, withoutSimd) {
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    if (WebAssembly.validate(WITH_SIMD)) throw failure(NO_COMPILER, cause);
    const others = withoutSimd?.();
    if (!others) throw failure(NO_SIMD, cause);
    return new WebAssembly.Module(others);
  }
}

const NO_COMPILER =
  "headshot-verify: this runtime compiles no wasm from bytes; let the bundler use the package's files for it, by the " +
  "condition `workerd` or `edge-light`, or keep the package out of the bundle";

const NO_SIMD =
  "headshot-verify: the CPU, or the virtual one that this runs on, lacks the instructions (x86: SSE4.1) that wasm with " +
  "SIMD needs; choose another CPU model for the machine, or keep the package out of the bundle";

function failure(message, cause) {
  return Object.assign(new Error(message, { cause }), { name: "UnsupportedError" });
}
