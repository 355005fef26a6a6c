import { MAX_BODY_BYTES, rawBytes } from "./body.js";
import { refused } from "./error.js";
import { headerLines } from "./headers.js";
import { declared } from "./declared.js";
import { requestBody } from "./request.js";
import { packed } from "./secrets.js";
import { Verified } from "./verified.js";
import { bytes, pass, refusal, room, taken, wasm } from "./wasm.js";

/** Less than any tolerance: the one of the provider's scheme. */
const DEFAULT_TOLERANCE = -1;

export class Verifier {
  #place;
  #now;
  #provider;
  #headers;
  #schemes;

  constructor(provider, secrets, { toleranceSeconds, scheme = "", now = Date.now } = {}) {
    expectType("scheme", scheme, "string");
    expectType("now", now, "function");
    const tolerance = toleranceSeconds === undefined ? DEFAULT_TOLERANCE : seconds(toleranceSeconds);
    const lengths = pass(declared(provider), scheme, packed(secrets));
    this.#place = wasm.make(...lengths, tolerance);
    if (this.#place === 0) throw refusal();
    wiping?.register(this, this.#place, this);
    this.#now = now;
    const [headers, schemes] = taken(wasm.describe(this.#place)).split("\n");
    this.#provider = typeof provider === "string" ? provider : provider.provider;
    this.#headers = headers.split(" ");
    this.#schemes = schemes.split(" ").map((word) => ({ name: word.replace("-", ""), coversBody: word[0] !== "-" }));
  }

  verify(body, headers) {
    if (!this.#place) throw refused("verifier_freed");
    const raw = rawBytes(body);
    const now = this.#now();
    if (!Number.isFinite(now)) throw refused("option_invalid", "now does not give a number of milliseconds");
    const length = passDelivery(headerLines(headers, this.#headers), raw);
    if (wasm.check(this.#place, length, raw.length, now / 1000)) throw refusal();
    const { name, coversBody } = this.#schemes[wasm.scheme()];
    return new Verified(this.#provider, name, wasm.number(), wasm.secret(), coversBody, raw, raw === body);
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

/** Writes a delivery for the next call: the lines of its headers, of which it answers the length, and its body. */
function passDelivery(lines, raw) {
  if (raw.length > MAX_BODY_BYTES) throw refused("body_too_large", undefined, MAX_BODY_BYTES);
  const length = lines.length;
  const place = room(length + raw.length);
  const memory = bytes();
  for (let at = 0; at < length; at++) {
    const code = lines.charCodeAt(at);
    // A header is made of bytes; what is none can stand in no signature.
    memory[place + at] = code > 255 ? 63 : code;
  }
  memory.set(raw, place + length);
  return length;
}

function seconds(tolerance) {
  if (Number.isFinite(tolerance) && tolerance >= 0) return tolerance;
  throw refused("option_invalid", "toleranceSeconds is not a number of seconds from 0 up");
}

function expectType(option, value, type) {
  if (typeof value !== type) throw refused("option_invalid", `${option} is not a ${type}`);
}
