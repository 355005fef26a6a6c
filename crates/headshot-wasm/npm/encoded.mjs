// Bytes as a text that compresses as well as they do: base64 hides from gzip where the same bytes come again.
//
// Most bytes become one of the 91 letters from `#` to `~` without `\`, the others two: a space before the letter for
// the next 91 bytes, a `!` for the rest. `src/decoded.js` is the way back.

const LETTERS = Array.from({ length: 92 }, (_, place) => String.fromCharCode(35 + place)).filter((letter) => letter !== "\\");

/** Of the bytes of wasm the highest four are frequent too; so they count as the lowest. */
const SHIFT = 4;

export function encoded(bytes) {
  return Array.from(bytes, (byte) => {
    const place = (byte + SHIFT) % 256;
    return ["", " ", "!"][Math.floor(place / 91)] + LETTERS[place % 91];
  }).join("");
}
