import { answer } from "./answer.js";

/** A handler for `app.post`. */
export function webhook(verifier, handle, options) {
  return (context) =>
    answer({
      ...options,
      verify: () => verifier.verifyRequest(context.req.raw),
      handle: (verified) => handle(verified, context),
      empty: (status) => context.body(null, status),
    });
}
