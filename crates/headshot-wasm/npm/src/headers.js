import { refused } from "./error.js";

/**
 * The values of the wanted headers in lines, as `src/headers.rs` reads them: a line's first letter is the place of its
 * header among `names`, counted from `A`.
 */
export function headerLines(headers, names) {
  if (headers === null || typeof headers !== "object") throw refused("headers_unreadable");
  // A Headers joins the values of a repeated header by commas. A Map has a `get` too, but knows the case of names.
  if (typeof headers.get === "function" && !(headers instanceof Map)) return ofHeaders(headers, names);
  return headers[Symbol.iterator] ? ofEntries(headers, names) : ofObject(headers, names);
}

function ofHeaders(headers, names) {
  let lines = "";
  for (let place = 0; place < names.length; place++) lines += line(place, headers.get(names[place]));
  return lines;
}

function ofEntries(entries, names) {
  let lines = "";
  for (const [key, value] of entries) lines += named(String(key), value, names);
  return lines;
}

function ofObject(object, names) {
  let lines = "";
  for (const key of Object.keys(object)) lines += named(key, object[key], names);
  return lines;
}

function named(key, value, names) {
  for (let place = 0; place < names.length; place++) {
    const name = names[place];
    if (key === name || (key.length === name.length && key.toLowerCase() === name)) return line(place, value);
  }
  return "";
}

function line(place, value) {
  if (value === null || value === undefined) return "";
  // Node gives an array for a header that came more than once.
  if (Array.isArray(value)) return value.map((one) => line(place, one)).join("");
  const letter = String.fromCharCode(65 + place);
  // No header can hold a line's end; if a value does, it must not become a line of its own.
  return `${letter}${String(value).replaceAll("\n", " ")}\n`;
}

/** Every header in lines `name:value`. */
export function allHeaderLines(headers) {
  if (headers === null || typeof headers !== "object") throw refused("headers_unreadable");
  const entries = headers[Symbol.iterator] ? [...headers] : Object.entries(headers);
  const single = entries.flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  const given = single.filter(([, value]) => value !== null && value !== undefined);
  return given.map(([name, value]) => `${name}:${String(value).replaceAll("\n", " ")}\n`).join("");
}
