import { unreadable } from "./error.js";
import { Verdict, checkedBytes } from "./verified.js";
import { called, pass, taken, wasm } from "./wasm.js";

/** What the wasm reads of a body; the numbers are those of `src/events.rs`. */
const EVENT = 0;
const WHOLE_EVENT = 1;
const NEUTRAL = 2;

/** A verdict that can read the event. */
export class Verified extends Verdict {
  #event;
  #neutral;

  get event() {
    if (!this.coversBody) throw unreadable("event_unsigned", []);
    return this.unsignedEvent;
  }

  get unsignedEvent() {
    const { event, why } = (this.#event ??= this.#read());
    if (why) throw unreadable(...why);
    return event;
  }

  get neutral() {
    return (this.#neutral ??= JSON.parse(this.#view(NEUTRAL)));
  }

  /** The event, or else the code and the names that say why there is none. */
  #read() {
    const text = this.#view(EVENT);
    if (text.startsWith("{")) return { event: withOthers(JSON.parse(text), () => JSON.parse(this.#view(WHOLE_EVENT))) };
    const [code, ...names] = text.split(" ");
    return { why: [code, names] };
  }

  #view(view) {
    return called(() => taken(wasm.event(...pass(this.provider, checkedBytes(this)), view)));
  }
}

/** Long fields that this version does not know are left out at first, and parsed when somebody asks for them. */
function withOthers(event, read) {
  let whole;
  const part = (event, key) => (key ? event[key] : event);
  const without = ["", ...Object.keys(event)].filter((key) => part(event, key)?.other === null);
  for (const key of without) {
    const get = () => part((whole ??= read()), key).other;
    const set = (value) => Object.defineProperty(part(event, key), "other", { value, writable: true });
    Object.defineProperty(part(event, key), "other", { get, set });
  }
  return event;
}
