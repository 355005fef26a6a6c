import { MOST_LETTERS, expectHeaders, looksUp } from "./headers.js";

/** The headers of every provider, for what can only be asked by name. */
const NAMES = [
  "x-headshotpro-signature",
  "x-headshotpro-timestamp",
  "x-skylab-signature",
  "x-skylab-timestamp",
  "x-authenticity-token",
  "webhook-id",
  "webhook-timestamp",
  "webhook-signature",
];

/** More than any server takes. */
const MOST_HEADERS = 1000;

/** Every header in lines `name:value`, for `explain`. */
export function headerLines(headers, provider) {
  expectHeaders(headers);
  const single = pairs(headers, provider).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  const given = single.filter(([, value]) => value !== null && value !== undefined).slice(0, MOST_HEADERS);
  return given.map(([name, value]) => `${letters(name)}:${letters(value)}\n`).join("");
}

function pairs(headers, provider) {
  if (headers[Symbol.iterator]) return [...headers];
  if (!looksUp(headers)) return Object.entries(headers);
  const { signatureHeader, timestampHeader, idHeader } = Object(provider);
  const names = [...NAMES, signatureHeader, timestampHeader, idHeader].filter(Boolean);
  return Array.from(new Set(names.map((name) => name.toLowerCase())), (name) => [name, headers.get(name)]);
}

/** No header can hold a line's end; if a text does, it must not become a line of its own. */
function letters(text) {
  return String(text).slice(0, MOST_LETTERS).replaceAll("\n", " ");
}
