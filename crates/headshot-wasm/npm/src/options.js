import { refused } from "./error.js";

/** Not `Date.now` itself: whoever puts another clock in its place, as tests do, means this one too. */
const machineTime = () => Date.now();

/** The settings of a verifier as the wasm takes them, which `explain` and `sign` take as well: see {@link ruleNumbers}. */
export function checkedOptions(provider, { scheme = "", toleranceSeconds, now = machineTime, ...rules } = {}) {
  expectType("scheme", scheme, "string");
  expectType("now", now, "function");
  const tolerance = toleranceSeconds === undefined ? -1 : seconds("toleranceSeconds", toleranceSeconds);
  return { scheme, now, rules: [tolerance, ...ruleNumbers(provider, rules)] };
}

/** The rules for tokens, as `src/module.rs` reads them; a number of seconds below 0 is none. */
function ruleNumbers(provider, { maxAgeSeconds, acceptTimelessTokens = false, compareClaims = true }) {
  expectType("acceptTimelessTokens", acceptTimelessTokens, "boolean");
  expectType("compareClaims", compareClaims, "boolean");
  const age = maxAgeSeconds === undefined ? -1 : Math.ceil(seconds("maxAgeSeconds", maxAgeSeconds));
  const flags = (acceptTimelessTokens ? 1 : 0) + (compareClaims ? 0 : 2);
  if (provider !== "scale" && (age >= 0 || flags > 0)) {
    throw refused("option_invalid", ["an option for tokens is given, and the provider sends none"]);
  }
  return [age, flags];
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
