import { MESSAGES } from "./messages.js";

/** What an error is called in every copy of the package that a program loads: ES module, CommonJS, each of the entries. */
const BRAND = Symbol.for("headshot-verify.error");

class CodedError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }

  /** An error of another copy is as good; a class that extends one of ours has its own instances alone. */
  static [Symbol.hasInstance](value) {
    const isOfOurs = Object.hasOwn(this.prototype, BRAND) && value?.[BRAND] === this.prototype[BRAND];
    return isOfOurs || Function.prototype[Symbol.hasInstance].call(this, value);
  }
}

export class VerifyError extends CodedError {}

export class EventError extends CodedError {}

brand(VerifyError, "VerifyError");
brand(EventError, "EventError");

/** The codes in the order of the wasm. */
export const CODES = Object.keys(MESSAGES);

/** The refusal with this code, and with the names and the number that belong in its sentence. */
export function refused(code, names = [], number) {
  return new VerifyError(code, sentence(code, names, number));
}

/** Why a genuine delivery is no event. */
export function unreadable(code, names) {
  return new EventError(code, sentence(code, names));
}

function sentence(code, names, number) {
  const template = MESSAGES[names.length > 1 ? `${code}+` : code];
  return template.replace(/\{(.)\}/g, (_, place) => (place === "n" ? number : names[place]));
}

function brand({ prototype }, name) {
  for (const [key, value] of [["name", name], [BRAND, name]]) {
    Object.defineProperty(prototype, key, { value, configurable: true, writable: true });
  }
}
