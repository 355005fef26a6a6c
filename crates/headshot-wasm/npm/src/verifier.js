import { MAX_BODY_BYTES, rawBytes } from "./body.js";
import { refused } from "./error.js";
import { HeaderNames, REPEATED, headerByte } from "./headers.js";
import { checkedOptions, unixSeconds } from "./options.js";
import { requestBody } from "./request.js";
import { packed } from "./secrets.js";
import { bytes, pass, refusal, room, taken, wasm } from "./wasm.js";

/** What differs between the package's entries; each sets it before anybody can make a verifier. */
export const entry = {
  /** The class of what `verify` gives. */
  Verified: undefined,
  /** A provider as it crosses to the wasm. */
  settings: String,
};

export class Verifier {
  #place;
  #now;
  #provider;
  #headers;
  #schemes;
  #coversBody;

  constructor(provider, secrets, options) {
    const { scheme, tolerance, now } = checkedOptions(options);
    const lengths = pass(entry.settings(provider), scheme, packed(secrets));
    this.#place = wasm.make(...lengths, tolerance);
    if (this.#place === 0) throw refusal();
    wiping?.register(this, this.#place, this);
    this.#now = now;
    this.#provider = typeof provider === "string" ? provider : provider.provider;
    const words = taken(wasm.describe(this.#place)).split(" ");
    this.#headers = new HeaderNames(words.slice(0, 3));
    this.#schemes = words.slice(3, 5);
    this.#coversBody = words[5] !== "";
  }

  verify(body, headers) {
    if (!this.#place) throw refused("verifier_freed");
    const raw = rawBytes(body);
    if (raw.length > MAX_BODY_BYTES) throw refused("body_too_large", [], MAX_BODY_BYTES);
    const now = unixSeconds(this.#now);
    const values = this.#headers.valuesIn(headers);
    const signature = values[0];
    const timestamp = values[1];
    const id = values[2];
    let place = room(letters(signature) + letters(timestamp) + letters(id) + raw.length);
    const memory = bytes();
    place = write(memory, place, signature);
    place = write(memory, place, timestamp);
    place = write(memory, place, id);
    memory.set(raw, place);
    const answer = wasm.check(this.#place, sent(signature), sent(timestamp), sent(id), raw.length, now);
    if (answer < 0) throw refusal(this.#headers.names);
    return new entry.Verified(this.#provider, this.#schemes[answer & 1], wasm.number(), answer >> 1, this.#coversBody, raw, raw === body);
  }

  async verifyRequest(request) {
    return this.verify(await requestBody(request), request.headers);
  }

  free() {
    if (!this.#place) return;
    wiping?.unregister(this);
    wasm.discard(this.#place);
    this.#place = 0;
  }
}

// Older runtimes know no such symbol, and no `using` that would look for it.
if (Symbol.dispose) Verifier.prototype[Symbol.dispose] = Verifier.prototype.free;

// workerd did not have it until 2025.
const wiping = globalThis.FinalizationRegistry && new FinalizationRegistry((place) => wasm.discard(place));

/** How many bytes of the memory a header's value takes. */
function letters(value) {
  return typeof value === "string" ? value.length : 0;
}

/** A header's length for the wasm: less than 0 for one that is absent, or came repeatedly. */
function sent(value) {
  if (value === undefined) return -1;
  return value === REPEATED ? -2 : value.length;
}

/** Writes a header's value and answers the place after it. */
function write(memory, place, value) {
  const length = letters(value);
  for (let at = 0; at < length; at++) {
    memory[place + at] = headerByte(value.charCodeAt(at));
  }
  return place + length;
}
