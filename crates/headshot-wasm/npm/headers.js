import { VerifyError } from "./result.js";

/** The wanted headers as lines `name:value`, one for each time that a header occurs. */
export function headerLines(headers, names) {
  if (headers === null || typeof headers !== "object") {
    throw new VerifyError(
      "headers_unreadable",
      "the headers are not an object; pass a Headers, Node's request.headers, a plain object or a Map",
    );
  }
  // `Headers` of another realm or a polyfill is no instance of ours, but has the same methods; a Map is iterated.
  const isLookUp = typeof headers.get === "function" && !(headers instanceof Map);
  return isLookUp ? lookedUp(headers, names) : filtered(entries(headers), names);
}

function lookedUp(headers, names) {
  let lines = "";
  for (const name of names) lines += line(name, headers.get(name));
  return lines;
}

function entries(headers) {
  return typeof headers[Symbol.iterator] === "function" ? headers : Object.entries(headers);
}

function filtered(entries, names) {
  let lines = "";
  for (const [key, value] of entries) {
    const name = names.find((name) => name.length === key.length && name === key.toLowerCase());
    if (name === undefined) continue;
    // Node gives an array for a header that came more than once.
    for (const one of Array.isArray(value) ? value : [value]) lines += line(name, one);
  }
  return lines;
}

function line(name, value) {
  if (value === null || value === undefined) return "";
  // No header can hold a line's end; if a value does, it must not become a header of its own.
  return `${name}:${String(value).replace(/[\r\n]/g, " ")}\n`;
}
