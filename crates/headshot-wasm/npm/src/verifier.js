import { MAX_BODY_BYTES, rawBytes } from "./body.js";
import { refused } from "./error.js";
import { HeaderNames, REPEATED, headerByte } from "./headers.js";
import { checkedOptions, unixSeconds } from "./options.js";
import { requestBody } from "./request.js";
import { packed } from "./secrets.js";
import { CHECKED } from "./verified.js";
import { bytes, called, life, pass, refusal, room, taken, wasm } from "./wasm.js";

/** What differs between the package's entries; each sets it before anybody can make a verifier. */
export const entry = {
  /** The class of what `verify` gives. */
  Verified: undefined,
  /** A provider as it crosses to the wasm. */
  settings: String,
};

export class Verifier {
  #settings;
  #now;
  #provider;
  /** The secrets as the wasm takes them, in case that it has to be told again. */
  #secrets;
  /** The code of what keeps it from verifying: there is no secret, or it was freed. */
  #lack;
  /** Its number in the wasm, and in which of the wasm's lives. */
  #place = 0;
  #life;
  #headers;
  #schemes;
  #coversBody;

  constructor(provider, secrets, options) {
    const { scheme, rules, now } = checkedOptions(provider, options);
    this.#settings = [entry.settings(provider), scheme, rules];
    this.#now = now;
    this.#provider = typeof provider === "string" ? provider : provider.provider;
    this.#secrets = packed(secrets);
    try {
      called(() => this.#make());
    } catch (error) {
      if (!this.#mayComeLater(error.code)) throw error;
      this.#lack = error.code;
    }
  }

  verify(body, headers) {
    if (this.#lack) throw refused(this.#lack);
    const raw = rawBytes(body);
    if (raw.length > MAX_BODY_BYTES) throw refused("body_too_large", [], MAX_BODY_BYTES);
    const now = unixSeconds(this.#now);
    const values = this.#headers.valuesIn(headers);
    return called(() => this.#checked(raw, values, now));
  }

  async verifyRequest(request) {
    return this.verify(await requestBody(request), request.headers);
  }

  free() {
    if (this.#lack === "verifier_freed") return;
    wiping?.unregister(this);
    wipe({ place: this.#place, life: this.#life, secrets: this.#secrets });
    this.#lack = "verifier_freed";
  }

  /** Makes it known to the wasm. */
  #make() {
    const [settings, scheme, rules] = this.#settings;
    const lengths = pass(settings, scheme, this.#secrets);
    this.#place = wasm.make(...lengths, ...rules);
    if (this.#place === 0) throw refusal();
    this.#life = life;
    wiping?.unregister(this);
    wiping?.register(this, { place: this.#place, life, secrets: this.#secrets }, this);
    const words = taken(wasm.describe(this.#place)).split(" ");
    this.#headers = new HeaderNames(words.slice(0, 3));
    this.#schemes = words.slice(3, 5);
    this.#coversBody = words[5] !== "";
  }

  /** Frameworks load modules to build them, where no secret is set; a secret that is wrong is another thing. */
  #mayComeLater(code) {
    const isEmpty = code === "secret_empty" && this.#secrets.every((byte) => byte === 0);
    return code === "secrets_missing" || isEmpty;
  }

  #checked(raw, [signature, timestamp, id], now) {
    if (this.#life !== life) this.#make();
    let place = room(letters(signature) + letters(timestamp) + letters(id) + raw.length);
    const memory = bytes();
    place = write(memory, place, signature);
    place = write(memory, place, timestamp);
    place = write(memory, place, id);
    memory.set(raw, place);
    const answer = wasm.check(this.#place, sent(signature), sent(timestamp), sent(id), raw.length, now);
    if (answer < 0) throw refusal(this.#headers.names);
    // What was checked, whatever has become of the caller's bytes.
    const checked = memory.subarray(place, place + raw.length);
    const scheme = this.#schemes[answer & 1];
    const { Verified } = entry;
    return Object.freeze(
      new Verified(CHECKED, this.#provider, scheme, wasm.number(), answer >> 1, this.#coversBody, checked),
    );
  }
}

// Older runtimes know no such symbol, and no `using` that would look for it.
if (Symbol.dispose) Verifier.prototype[Symbol.dispose] = Verifier.prototype.free;

// workerd did not have it until 2025.
const wiping = globalThis.FinalizationRegistry && new FinalizationRegistry(wipe);

/** Wipes the secrets of a verifier, here and in the wasm. It also runs where an error would end the process. */
function wipe({ place, life: ofLife, secrets }) {
  secrets.fill(0);
  if (place === 0 || ofLife !== life) return;
  try {
    called(() => ofLife === life && wasm.discard(place));
  } catch {
    // The wasm's next life knows nothing of it.
  }
}

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
