import { refused } from "./error.js";

/** Every header in lines `name:value`, for `explain`. */
export function headerLines(headers) {
  if (headers === null || typeof headers !== "object") throw refused("headers_unreadable");
  const entries = headers[Symbol.iterator] ? [...headers] : Object.entries(headers);
  const single = entries.flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  const given = single.filter(([, value]) => value !== null && value !== undefined);
  // No header can hold a line's end; if a value does, it must not become a line of its own.
  return given.map(([name, value]) => `${name}:${String(value).replaceAll("\n", " ")}\n`).join("");
}
