import { readEvent } from "./headshot_wasm.js";

export class VerifyError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}
Object.defineProperty(VerifyError.prototype, "name", { value: "VerifyError", configurable: true, writable: true });

export class Verified {
  #body;
  #event;

  // Called by the wasm, after the check and in the same turn, so the copy is of the bytes that were checked.
  constructor(provider, scheme, signedAt, secretIndex, coversBody, body) {
    this.provider = provider;
    this.scheme = scheme;
    this.signedAt = signedAt === undefined ? null : new Date(signedAt * 1000);
    this.secretIndex = secretIndex;
    this.coversBody = coversBody;
    this.#body = new Uint8Array(body);
  }

  get event() {
    this.#event ??= JSON.parse(readEvent(this.provider, this.#body));
    return this.#event;
  }
}
