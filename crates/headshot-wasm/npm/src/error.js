import { MESSAGES } from "./messages.js";

export class VerifyError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}
Object.defineProperty(VerifyError.prototype, "name", { value: "VerifyError", configurable: true, writable: true });

/** A refusal that JavaScript found itself. */
export function refused(code, name, number) {
  return new VerifyError(code, message(code, [name], number));
}

/** The sentence for a code, with the names and the number that belong in it. */
export function message(code, names, number) {
  const key = names.length > 1 ? `${code}+` : code;
  return MESSAGES[key].replace(/\{(.)\}/g, (_, place) => (place === "n" ? number : names[place]));
}
