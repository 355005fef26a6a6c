import type { VerifiesRequests, WebhookOptions } from "./options.js";

/**
 * A route handler, `export const POST = webhook(verifier, …)`, and a handler for everything else that takes a `Request`:
 * Bun, Deno, SvelteKit, Remix. What your handler does not answer is answered 200; a forged delivery 401.
 */
export function webhook<V>(
  verifier: VerifiesRequests<V>,
  handle: (verified: V, request: Request) => Response | void | Promise<Response | void>,
  options?: WebhookOptions<V>,
): (request: Request) => Promise<Response>;
