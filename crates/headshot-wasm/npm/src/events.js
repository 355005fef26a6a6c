import { unreadable } from "./error.js";
import { Verdict } from "./verified.js";
import { called, pass, taken, wasm } from "./wasm.js";

/** A verdict that can read the event. */
export class Verified extends Verdict {
  #views;

  get event() {
    if (!this.coversBody) throw unreadable("event_unsigned", []);
    return this.unsignedEvent;
  }

  get unsignedEvent() {
    const { event, why } = this.#read();
    if (why) throw unreadable(...why);
    return event;
  }

  get neutral() {
    return this.#read().neutral;
  }

  #read() {
    return (this.#views ??= called(() => views(this.provider, this.raw)));
  }
}

/** The event, or else the code and the names that say why there is none; and what the delivery means to anybody. */
function views(provider, body) {
  // No line of JSON holds a line's end.
  const [first, second] = taken(wasm.event(...pass(provider, body))).split("\n");
  const neutral = JSON.parse(second);
  if (first.startsWith("{")) return { event: JSON.parse(first), neutral };
  const [code, ...names] = first.split(" ");
  return { why: [code, names], neutral };
}
