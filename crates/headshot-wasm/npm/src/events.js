import { EventError, unreadable } from "./error.js";
import { neutral } from "./neutral.js";
import * as headshotpro from "./provider/headshotpro.js";
import * as scale from "./provider/scale.js";
import * as skylab from "./provider/skylab.js";
import * as standardwebhooks from "./provider/standardwebhooks.js";
import { decoded } from "./utf8.js";
import { Verdict, checkedBytes } from "./verified.js";
import { called, pass, put, taken, wasm } from "./wasm.js";

/** Of a provider that was declared, events are objects of any kind. */
const DECLARED = { event: (fields) => fields, meaning: () => neutral("other", {}), knows: () => true };
const PROVIDERS = { headshotpro, skylab, scale, standardwebhooks };

/** A verdict that can read the event. */
export class Verified extends Verdict {
  /** The event, or why there is none. */
  #event;
  #neutral;

  get event() {
    if (!this.coversBody) throw unreadable("event_unsigned", []);
    return this.unsignedEvent;
  }

  get unsignedEvent() {
    const event = (this.#event ??= this.#read());
    if (event instanceof EventError) throw event;
    return event;
  }

  get neutral() {
    return (this.#neutral ??= this.#meaning());
  }

  #read() {
    const body = checkedBytes(this);
    try {
      const { hasUnusualNumbers, late } = called(() => look(body));
      return late && !this.#known().knows(nameOf(body, late))
        ? this.#readWithout(body, late, hasUnusualNumbers)
        : this.#readText(decoded(body), hasUnusualNumbers);
    } catch (error) {
      if (error instanceof EventError) return error;
      throw error;
    }
  }

  /** The text means the same to every reader, so JSON.parse may read it. */
  #readText(text, hasUnusualNumbers) {
    return this.#known().event(JSON.parse(text), hasUnusualNumbers ? withDigits(text) : undefined);
  }

  /** The same, but a long value that this version does not know is parsed when somebody asks for it. */
  #readWithout(body, late, hasUnusualNumbers) {
    const [name, [start, end]] = [nameOf(body, late), late.slice(2)];
    const text = `${decoded(body.subarray(0, start))}null${decoded(body.subarray(end))}`;
    const event = this.#readText(text, hasUnusualNumbers);
    const { other } = Object.hasOwn(event.other, name) ? event : event.job;
    const set = (value) => Object.defineProperty(other, name, { value, writable: true });
    const get = () => {
      const value = JSON.parse(decoded(body.subarray(start, end)));
      set(value);
      return value;
    };
    Object.defineProperty(other, name, { get, set });
    return event;
  }

  #meaning() {
    const event = (this.#event ??= this.#read());
    if (!(event instanceof EventError)) return this.#known().meaning(event);
    const [session, person, eventId] = called(() => references(this.provider, checkedBytes(this)));
    return neutral("other", { session, person, eventId });
  }

  #known() {
    return this.scheme === "declared" ? DECLARED : PROVIDERS[this.provider];
  }
}

/** What the wasm says of a body that is an event: see `src/module.rs`. */
function look(body) {
  const found = wasm.look(put(body));
  if (found < 0) throw unreadable(taken(-found), []);
  const late = found & 2 ? Array.from(new Uint32Array(wasm.memory.buffer, wasm.most(), 4)) : undefined;
  return { hasUnusualNumbers: (found & 1) === 1, late };
}

function nameOf(body, [start, end]) {
  return JSON.parse(decoded(body.subarray(start, end)));
}

/** The ids for session, person and event in a body that may be no event. */
function references(provider, body) {
  return [0, 1, 2].map((which) => {
    const length = wasm.reference(...pass(provider, body), which);
    return length < 0 ? null : taken(length);
  });
}

/** The same JSON with the digits of each number as a text. */
function withDigits(text) {
  return JSON.parse(text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (part) => (part[0] === '"' ? part : `"${part}"`)));
}
