import { answer } from "./answer.js";

/** A route handler for `export const POST`, and for everything else that takes a `Request` and gives a `Response`. */
export function webhook(verifier, handle, options) {
  return (request) =>
    answer({
      ...options,
      verify: () => verifier.verifyRequest(request),
      handle: (verified) => handle(verified, request),
      empty: (status) => new Response(null, { status }),
    });
}
