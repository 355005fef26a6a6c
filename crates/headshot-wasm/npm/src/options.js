import { refused } from "./error.js";

/** Not `Date.now` itself: whoever puts another clock in its place, as tests do, means this one too. */
const machineTime = () => Date.now();

/** The settings of a verifier, which `explain` and `sign` take as well; a tolerance below 0 is that of the scheme. */
export function checkedOptions({ scheme = "", toleranceSeconds, now = machineTime } = {}) {
  expectType("scheme", scheme, "string");
  expectType("now", now, "function");
  return { scheme, now, tolerance: toleranceSeconds === undefined ? -1 : tolerance(toleranceSeconds) };
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

function tolerance(seconds) {
  if (Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw refused("option_invalid", ["toleranceSeconds is not a number of seconds from 0 up"]);
}
