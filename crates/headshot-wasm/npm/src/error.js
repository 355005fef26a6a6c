import { MESSAGES } from "./messages.js";

export class VerifyError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}
Object.defineProperty(VerifyError.prototype, "name", { value: "VerifyError", configurable: true, writable: true });

/** The codes in the order of the wasm. */
export const CODES = Object.keys(MESSAGES);

/** The refusal with this code, and with the names and the number that belong in its sentence. */
export function refused(code, names = [], number) {
  const sentence = MESSAGES[names.length > 1 ? `${code}+` : code];
  return new VerifyError(code, sentence.replace(/\{(.)\}/g, (_, place) => (place === "n" ? number : names[place])));
}
