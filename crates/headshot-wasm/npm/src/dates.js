// Moments as providers write them, in RFC 3339 in UTC and whole seconds; `null` for what is none.

/** The last moment that RFC 3339 can write. */
const LAST_SECOND = 253402300799;

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d*)?(?:Z|([+-])(\d\d):(\d\d))$/;
const AMAZON = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

export function rfc3339(text) {
  const [, ...fields] = RFC_3339.exec(text ?? "") ?? [];
  const [sign, hour = "00", minute = "00"] = fields.splice(6);
  if (hour > 23 || minute > 59) return null;
  return written(unixSeconds(fields) - Number(`${sign ?? ""}1`) * (hour * 3600 + minute * 60));
}

/** When a link that Amazon's scheme signed stops working, by its query. */
export function amazonEnd(url) {
  const start = url.indexOf("?");
  const query = start < 0 ? [] : url.slice(start + 1).split("&");
  const parameter = (name) => query.find((pair) => pair.startsWith(name))?.slice(name.length) ?? "";
  const [, ...fields] = AMAZON.exec(parameter("X-Amz-Date=")) ?? [];
  const seconds = parameter("X-Amz-Expires=");
  return written(/^\d{1,19}$/.test(seconds) ? unixSeconds(fields) + Number(seconds) : NaN);
}

/** The seconds since 1970 of a day and a time that there are. */
function unixSeconds([year, month, day, hour, minute, second]) {
  const midnight = Date.UTC(year, month - 1, day);
  const exists = midnight >= 0 && iso(midnight).startsWith(`${year}-${month}-${day}`);
  // A minute may have a leap second.
  return exists && hour < 24 && minute < 60 && second <= 60 ? midnight / 1000 + hour * 3600 + minute * 60 + +second : NaN;
}

function written(seconds) {
  return seconds >= 0 && seconds <= LAST_SECOND ? iso(seconds * 1000).replace(".000", "") : null;
}

const iso = (milliseconds) => new Date(milliseconds).toISOString();
