// How the fields of an object that JSON.parse has made are read. What is absent or `null` is `null`; what cannot be read
// is left in `other`, with the fields that nobody knows.

import { unreadable } from "./error.js";

export const isText = (value) => typeof value === "string";
export const isFlag = (value) => typeof value === "boolean";
export const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** An integer, by the digits that stand in the body: a number of JavaScript has not all of them. */
export const isInteger = (value, digits) => typeof value === "number" && /^-?\d+$/.test(digits);

/** A value that can be read as it is. */
const plain = (is) => (other, name, value) => read(other, name, value, is(value) ? value : null);

export const text = plain(isText);
export const flag = plain(isFlag);
export const object = plain(isObject);

export function integer(other, name, value, digits = value) {
  return read(other, name, value, isInteger(value, digits) ? String(digits) : null);
}

/** Texts that may lie in arrays, and in arrays of arrays. */
export function flatTexts(other, name, value = null) {
  const parts = [value].flat(Infinity).filter((part) => part !== null);
  return read(other, name, value, parts.every(isText) ? parts : null) ?? [];
}

/** The texts of an object; what else it holds is left. */
export function namedTexts(other, name, value) {
  if (!isObject(value)) return read(other, name, value, null);
  const named = entries(value);
  const others = named.filter(([, one]) => !isText(one) && one !== null);
  if (others.length > 0) other[name] = Object.fromEntries(others);
  return Object.fromEntries(named.filter(([, one]) => isText(one)));
}

/** What was made of a value, unless it could not be read. */
export function read(other, name, value, made) {
  if (made === null && value !== null && value !== undefined) other[name] = value;
  return made;
}

/** What an object holds, by the names in the order of their code points; a text compares the halves of some letters. */
export function entries(object) {
  const entries = Object.entries(object);
  if (entries.length < 2) return entries;
  return entries.sort(([one], [other]) => {
    const [ones, others] = [[...one], [...other]];
    const place = ones.findIndex((letter, place) => letter !== others[place]);
    return place < 0 ? -1 : ones[place].codePointAt(0) - (others[place]?.codePointAt(0) ?? -1);
  });
}

/** Makes sure of a field that every event has; `pointer` says where it stands in the whole body. */
export function demand(fields, name, pointer, is, digits = fields) {
  if (is(fields[name], digits[name])) return;
  throw unreadable(Object.hasOwn(fields, name) ? "event_field_malformed" : "event_field_missing", [pointer]);
}
