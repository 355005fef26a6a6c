import { refused } from "./error.js";
import { MOST_LETTERS } from "./headers.js";
import { expectType } from "./options.js";

/** The settings of a declared provider, and what each of them is. */
const SETTINGS = {
  provider: "string",
  signatureHeader: "string",
  signed: "string",
  prefix: "string",
  encoding: "string",
  severalSignatures: "boolean",
  timestampHeader: "string",
  timestampFormat: "string",
  idHeader: "string",
  jsonObjectOnly: "boolean",
  secretForm: "string",
};

/** A provider as it crosses to the wasm: its name, or the settings of a declared one, each in a line with its name. */
export function declared(provider) {
  if (provider === null || typeof provider !== "object") return String(provider);
  let lines = "";
  for (const [name, value] of Object.entries(provider)) {
    if (value === undefined || value === false) continue;
    lines += `${name} ${checked(name, value)}\n`;
  }
  return lines;
}

/** A misspelt setting must not be a weaker scheme. */
function checked(name, value) {
  if (!Object.hasOwn(SETTINGS, name)) throw refused("option_invalid", [`a declared provider has no setting ${name}`]);
  expectType(name, value, SETTINGS[name]);
  if (String(value).length > MOST_LETTERS) throw refused("option_invalid", [`${name} is too long`]);
  if (String(value).includes("\n")) throw refused("option_invalid", [`${name} holds a line's end`]);
  return value;
}
