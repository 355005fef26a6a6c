import { kindOf } from "./body.js";
import { refused } from "./error.js";

/** Stands for a header that came more than once. */
export const REPEATED = Symbol();

/** One letter more than the longest value that is looked at; `MAX_VALUE_BYTES` of the Rust crate. */
export const MOST_LETTERS = 8193;

/** A letter's code as a byte of a header; what is no byte can stand in no signature, and becomes a `?`. */
export function headerByte(code) {
  return code > 255 ? 63 : code;
}

/** Makes sure that headers could be in there. */
export function expectHeaders(headers) {
  const isObject = headers !== null && typeof headers === "object";
  if (!isObject || typeof headers.then === "function") throw refused("headers_unreadable");
}

/** Whether it looks headers up by name, in whatever case; a Map has a `get` too, but knows the case of names. */
export function looksUp(headers) {
  return typeof headers.get === "function" && kindOf(headers) !== "Map";
}

/** The names of the headers for signature, timestamp and id, each of which may be empty, in lower case. */
export class HeaderNames {
  constructor(names) {
    this.names = names;
    // A header with a name of another length is passed over after one look.
    this.lengths = names.reduce((bits, name) => bits | (1 << (name.length & 31)), 0);
  }

  /** What was sent for each of the names: a text, `undefined` for nothing, or {@link REPEATED}. */
  valuesIn(headers) {
    expectHeaders(headers);
    const values = [undefined, undefined, undefined];
    // A Headers joins the values of a repeated header by commas.
    if (looksUp(headers)) {
      this.names.forEach((name, place) => name && add(values, place, headers.get(name)));
    } else if (headers[Symbol.iterator]) {
      for (const [key, value] of headers) this.#addNamed(values, String(key), value);
    } else {
      for (const key in headers) {
        if (this.#mayBe(key) && Object.hasOwn(headers, key)) this.#addNamed(values, key, headers[key]);
      }
    }
    return values;
  }

  #mayBe(key) {
    return (this.lengths >> (key.length & 31)) & 1;
  }

  #addNamed(values, key, value) {
    if (!this.#mayBe(key)) return;
    let place = this.names.indexOf(key);
    // Some letters beyond ASCII have one of ASCII for their lower case.
    if (place < 0 && !/[^!-~]/.test(key)) place = this.names.indexOf(key.toLowerCase());
    if (place >= 0 && key !== "") add(values, place, value);
  }
}

function add(values, place, value) {
  if (value === null || value === undefined) return;
  // Node gives an array for a header that came more than once.
  if (Array.isArray(value)) return value.forEach((one) => add(values, place, one));
  values[place] = values[place] === undefined ? String(value).slice(0, MOST_LETTERS) : REPEATED;
}
