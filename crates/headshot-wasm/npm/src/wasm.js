// The other side of `src/abi.rs`: numbers go in and out of the wasm, and bytes through two buffers in its memory.

import { CODES, refused } from "./error.js";

/** What the wasm exports, once {@link start} was called. */
export let wasm;

let memory = new Uint8Array(0);
let input = 0;
let capacity = -1;
const utf8 = new TextEncoder();
const text = new TextDecoder();

/** Takes a compiled module into use. */
export function start(module) {
  wasm = new WebAssembly.Instance(module).exports;
}

/** Where to write so many bytes into {@link bytes} for the next call. */
export function room(length) {
  if (length > capacity) {
    input = wasm.input(length) >>> 0;
    capacity = length;
  }
  return input;
}

/** The wasm's memory, as it is after the last call. */
export function bytes() {
  // When the memory has grown, the earlier view has come to nothing.
  if (memory.length === 0) memory = new Uint8Array(wasm.memory.buffer);
  return memory;
}

/** Hands over texts and bytes one after the other, and answers their lengths. */
export function pass(...parts) {
  const written = parts.map((part) => (typeof part === "string" ? utf8.encode(part) : part));
  let place = room(written.reduce((sum, part) => sum + part.length, 0));
  for (const part of written) {
    bytes().set(part, place);
    place += part.length;
  }
  return written.map((part) => part.length);
}

/** The text of so many bytes that the last call put out. */
export function taken(length) {
  const place = wasm.output() >>> 0;
  return text.decode(bytes().subarray(place, place + length));
}

/** The last refusal; `headers` are the names of the headers that it may be about. */
export function refusal(headers = []) {
  const packed = wasm.refusal();
  const given = taken(packed >> 8);
  const code = CODES[packed & 255];
  // The first place after those of the wasm stands for a code that is put out as text.
  if (code === "option_invalid") return refused(given);
  const header = headers[["signature", "timestamp", "id"].indexOf(code.split("_")[0])];
  return refused(code, [header, given].filter(Boolean), wasm.number());
}
