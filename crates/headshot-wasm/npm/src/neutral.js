/** An event in the words that every provider shares. */
export function neutral(kind = "other", { session, person, eventId, state = null, photos = [] }) {
  return { kind, session: id(session), person: id(person), eventId: id(eventId), state, photos };
}

/** Nothing, white space and a word for nothing are what a program writes that has no id. */
function id(text) {
  return text === undefined || text === null || /^[ \t\n\f\r]*(undefined|null)?[ \t\n\f\r]*$/.test(text) ? null : text;
}
