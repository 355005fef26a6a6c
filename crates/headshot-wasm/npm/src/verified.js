/** Small bodies are copied side by side into one buffer: making a buffer costs more than the whole check. */
const SHARED_BYTES = 65536;
const LONGEST_SHARED = 4096;

let shared = new Uint8Array(0);
let used = 0;

/** Only who has it may say that a delivery is genuine. */
export const CHECKED = Symbol();

/** The bytes that were checked, without a copy. */
export let checkedBytes;

/** What every entry's `Verified` has; a name of its own keeps bundlers from renaming those. */
export class Verdict {
  #bytes;
  #start = 0;
  #end;

  static {
    checkedBytes = (verdict) => verdict.#bytes.subarray(verdict.#start, verdict.#end);
  }

  /** `body` are the bytes that were checked, which the next check overwrites. */
  constructor(checked, provider, scheme, signedAt, secretIndex, coversBody, body) {
    if (checked !== CHECKED) throw new TypeError("only Verifier.verify makes a Verified");
    this.provider = provider;
    this.scheme = scheme;
    this.signedAt = signedAt < 0 ? null : new Date(signedAt * 1000);
    this.secretIndex = secretIndex;
    this.coversBody = coversBody;
    this.#keep(body);
  }

  get raw() {
    return this.#bytes.slice(this.#start, this.#end);
  }

  #keep(body) {
    const length = body.length;
    if (length > LONGEST_SHARED) {
      this.#bytes = body.slice();
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
