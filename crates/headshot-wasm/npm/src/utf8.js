// Text and its bytes. The classes for it are looked for when they are needed: a test environment such as jsdom has
// neither, and a package that asked for them at once could not even be imported there.

let encoder;
let decoder;

/** The bytes of a text; half a letter becomes U+FFFD. */
export function encoded(text) {
  if (globalThis.TextEncoder) return (encoder ??= new TextEncoder()).encode(text);
  const letters = unescape(encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd")));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}

/** The text of bytes that are UTF-8, without a byte order mark. */
export function decoded(bytes) {
  if (globalThis.TextDecoder) return (decoder ??= new TextDecoder()).decode(bytes);
  const letters = Array.from(bytes, (byte) => `%${(byte + 256).toString(16).slice(1)}`).join("");
  return decodeURIComponent(letters).replace(/^\ufeff/, "");
}
