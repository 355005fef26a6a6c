// The other side of `src/abi.rs`: numbers go in and out of the wasm, and bytes through two buffers in its memory.

import { CODES, refused } from "./error.js";
import { decoded, encoded } from "./utf8.js";

/** What the wasm exports, while {@link called} calls it. */
export let wasm;

/** Which of the wasm's lives this is: what an earlier one knew is gone. */
export let life = 0;

let source;
let module;
/** Whether the last call came to no end, so that nothing in the wasm can be relied upon. */
let isBroken = false;

let memory = new Uint8Array(0);
let input = 0;
let capacity = -1;

/** Sets where the compiled module comes from, which is asked for when it is first needed. */
export function use(compiled) {
  source = compiled;
}

/**
 * Does what calls the wasm, and nothing of a caller's.
 *
 * If that fails, for want of memory or of stack, the next call gets a new life. What fails may fail at once again where
 * it is caught, so all that happens there is an assignment.
 */
export function called(act) {
  if (isBroken) forget();
  isBroken = true;
  try {
    wasm ??= new WebAssembly.Instance((module ??= source())).exports;
    const result = act();
    isBroken = false;
    return result;
  } catch (error) {
    // A refusal is an answer.
    isBroken = error.code === undefined;
    throw error;
  }
}

function forget() {
  // It holds secrets.
  if (wasm) new Uint8Array(wasm.memory.buffer).fill(0);
  wasm = undefined;
  memory = new Uint8Array(0);
  capacity = -1;
  life += 1;
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

/** Hands over bytes, and answers their length. */
export function put(part) {
  const place = room(part.length);
  bytes().set(part, place);
  return part.length;
}

/** Hands over texts and bytes one after the other, and answers their lengths. */
export function pass(...parts) {
  const written = parts.map((part) => (typeof part === "string" ? encoded(part) : part));
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
  return decoded(bytes().subarray(place, place + length));
}

/** The last refusal; `headers` are the names of the headers that it may be about. */
export function refusal(headers = []) {
  const packed = wasm.refusal();
  const given = taken(packed >> 8);
  const code = CODES[packed & 255];
  // The first place after those of the wasm stands for a code that is put out as text.
  if (code === "option_invalid") return refused(given);
  const header = headers[["signature", "timestamp", "id"].indexOf(code.split("_")[0])];
  return refused(code, [header, given].filter(Boolean), wasm.number?.());
}
