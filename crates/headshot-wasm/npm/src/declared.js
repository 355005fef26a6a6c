import { refused } from "./error.js";

/** A provider as it crosses to the wasm: its name, or the settings of a declared one, each in a line with its name. */
export function declared(provider) {
  if (provider === null || typeof provider !== "object") return String(provider);
  let lines = "";
  for (const [name, value] of Object.entries(provider)) {
    if (value === undefined || value === false) continue;
    const text = String(value);
    if (text.includes("\n")) throw refused("option_invalid", [`${name} holds a line's end`]);
    lines += `${name} ${text}\n`;
  }
  return lines;
}
