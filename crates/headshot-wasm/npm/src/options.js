import { refused } from "./error.js";

/** Not `Date.now` itself: whoever puts another clock in its place, as tests do, means this one too. */
const machineTime = () => Date.now();

/** The settings of a verifier, which `explain` and `sign` take as well; a tolerance below 0 is that of the scheme. */
export function checkedOptions(provider, { scheme = "", toleranceSeconds, now = machineTime, ...rules } = {}) {
  expectType("scheme", scheme, "string");
  expectType("now", now, "function");
  if (scheme.includes(" ")) throw refused("scheme_unknown");
  const tolerance = toleranceSeconds === undefined ? -1 : seconds("toleranceSeconds", toleranceSeconds);
  return { scheme: scheme + ruleWords(provider, rules), now, tolerance };
}

/** The rules for tokens in words, as `src/provider.rs` reads them behind the scheme's name. */
function ruleWords(provider, { maxAgeSeconds, acceptTimelessTokens = false, compareClaims = true }) {
  expectType("acceptTimelessTokens", acceptTimelessTokens, "boolean");
  expectType("compareClaims", compareClaims, "boolean");
  const age = maxAgeSeconds !== undefined && ` ${Math.ceil(seconds("maxAgeSeconds", maxAgeSeconds))}`;
  const words = [age, acceptTimelessTokens && " timeless", !compareClaims && " uncompared"].filter(Boolean).join("");
  if (words && provider !== "scale") throw refused("option_invalid", ["an option for tokens is given, and the provider sends none"]);
  return words;
}

export function expectType(option, value, type) {
  if (typeof value !== type) throw refused("option_invalid", [`${option} is not a ${type}`]);
}

/** What the clock says, in seconds since 1970. */
export function unixSeconds(now) {
  const milliseconds = now();
  if (Number.isFinite(milliseconds)) return milliseconds / 1000;
  throw refused("option_invalid", ["now does not give a number of milliseconds"]);
}

function seconds(option, value) {
  if (Number.isFinite(value) && value >= 0) return value;
  throw refused("option_invalid", [`${option} is not a number of seconds from 0 up`]);
}
