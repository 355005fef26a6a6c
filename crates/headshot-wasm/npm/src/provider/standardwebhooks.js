import { isText, object, text } from "../fields.js";
import { neutral } from "../neutral.js";

/** What of an event this version knows. */
export const knows = (name) => ["type", "timestamp", "data"].includes(name);

export function event({ type, timestamp, data, ...other }) {
  return {
    type: text(other, "type", type),
    timestamp: text(other, "timestamp", timestamp),
    data: object(other, "data", data) ?? {},
    other,
  };
}

/** The words of other services are their own; of a session only our own server speaks. */
export function meaning({ data }) {
  return neutral("other", { session: isText(data.session) ? data.session : null });
}
