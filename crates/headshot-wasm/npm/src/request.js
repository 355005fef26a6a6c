import { MAX_BODY_BYTES, joined } from "./body.js";
import { refused } from "./error.js";

/** The raw body of a fetch `Request`; what is longer than any delivery is not read to its end. */
export async function requestBody(request) {
  if (typeof request?.arrayBuffer !== "function") throw refused("body_not_raw");
  if (request.bodyUsed) throw refused("body_used");
  const chunks = [];
  let length = 0;
  // Not `for await`: not every runtime's stream can be iterated.
  const reader = request.body?.getReader();
  for (let chunk; reader && !(chunk = await reader.read()).done; ) {
    length += chunk.value.length;
    chunks.push(chunk.value);
    if (length > MAX_BODY_BYTES) {
      await reader.cancel();
      throw refused("body_too_large", [], MAX_BODY_BYTES);
    }
  }
  return chunks.length === 1 ? chunks[0] : joined(chunks);
}
