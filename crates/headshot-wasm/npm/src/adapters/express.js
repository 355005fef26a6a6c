import { MAX_BODY_BYTES, answer } from "./answer.js";

/** A handler for `app.post`, which reads the raw body itself. */
export function webhook(verifier, handle, options) {
  return async (request, response, next) => {
    try {
      const status = await answer({
        ...options,
        verify: async () => verifier.verify(await rawBody(request), request.headers),
        handle: async (verified) => void (await handle(verified, request, response)),
        empty: (status) => status,
      });
      if (!response.headersSent) response.status(status).end();
    } catch (error) {
      next(error);
    }
  };
}

/** What a parser has left, which is refused unless it is raw; or else what comes over the wire, whatever its type. */
async function rawBody(request) {
  if (request.readableDidRead || request.readableEnded) return request.body;
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    chunks.push(chunk);
    length += chunk.length;
    // One byte more than is verified shows that it is too long.
    if (length > MAX_BODY_BYTES) break;
  }
  return Buffer.concat(chunks);
}
