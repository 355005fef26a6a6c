/** The bytes that `encoded.mjs` wrote as text. */
export function decoded(text, length) {
  const bytes = new Uint8Array(length);
  let ahead = 0;
  for (let at = 0, place = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 35) {
      ahead = (code - 31) * 91;
    } else {
      // The array takes each sum modulo 256.
      bytes[place++] = code - 39 - (code > 92) + ahead;
      ahead = 0;
    }
  }
  return bytes;
}
