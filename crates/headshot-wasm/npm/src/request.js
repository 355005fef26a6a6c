import { MAX_BODY_BYTES, bytesOf, joined } from "./body.js";
import { refused } from "./error.js";

/** The raw body of a fetch `Request`; what is longer than any delivery is not read to its end. */
export async function requestBody(request) {
  if (typeof request?.arrayBuffer !== "function") throw refused("body_not_raw");
  const stream = request.body;
  if (request.bodyUsed || stream?.locked) throw refused("body_used");
  if (stream === null) return new Uint8Array(0);
  // Firefox shows no stream, and node-fetch one of Node's.
  if (typeof stream?.getReader !== "function") return new Uint8Array(await request.arrayBuffer());
  return bytesRead(stream.getReader());
}

// Not `for await`: not every runtime's stream can be iterated.
async function bytesRead(reader) {
  const chunks = [];
  let length = 0;
  for (let chunk; !(chunk = await reader.read()).done; ) {
    const bytes = bytesOf(chunk.value);
    length += bytes ? bytes.length : Infinity;
    chunks.push(bytes);
    if (length > MAX_BODY_BYTES) {
      await reader.cancel();
      throw bytes ? refused("body_too_large", [], MAX_BODY_BYTES) : refused("body_not_raw");
    }
  }
  return chunks.length === 1 ? chunks[0] : joined(chunks);
}
