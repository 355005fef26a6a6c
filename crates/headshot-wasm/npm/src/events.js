import { refused } from "./error.js";
import { pass, taken, wasm } from "./wasm.js";
import { Verdict } from "./verified.js";

/** Small bodies are copied side by side into one buffer: making a buffer costs more than the whole check. */
const SHARED_BYTES = 65536;
const LONGEST_SHARED = 4096;

let shared = new Uint8Array(0);
let used = 0;

/** A verdict that can read the event. */
export class Verified extends Verdict {
  #bytes;
  #start = 0;
  #end;
  #event;

  // Called after the check and in the same turn, so the copy is of the bytes that were checked.
  constructor(provider, scheme, signedAt, secretIndex, coversBody, body, isForeign) {
    super(provider, scheme, signedAt, secretIndex, coversBody);
    this.#keep(body, isForeign);
  }

  get event() {
    return this.#read().event;
  }

  get neutral() {
    return this.#read().neutral;
  }

  #read() {
    this.#event ??= read(this.provider, this.#bytes.subarray(this.#start, this.#end));
    return this.#event;
  }

  #keep(body, isForeign) {
    const length = body.length;
    if (!isForeign || length > LONGEST_SHARED) {
      this.#bytes = isForeign ? new Uint8Array(body) : body;
      this.#end = length;
      return;
    }
    if (shared.length - used < length) {
      shared = new Uint8Array(SHARED_BYTES);
      used = 0;
    }
    shared.set(body, used);
    this.#bytes = shared;
    this.#start = used;
    this.#end = used += length;
  }
}

function read(provider, body) {
  const written = taken(wasm.event(...pass(provider, body)));
  // No line of JSON holds a line's end.
  const [event, neutral] = written.split("\n");
  if (neutral) return { event: JSON.parse(event), neutral: JSON.parse(neutral) };
  const [code, ...names] = written.split(" ");
  throw refused(code, names);
}
