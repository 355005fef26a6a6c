import type { VerifiesRequests, WebhookOptions } from "./options.js";

/** What is needed of Hono's context. */
interface HonoContext {
  req: { raw: Request };
  body(data: null, status: 200 | 401): Response;
}

/**
 * A handler for `app.post(path, webhook(verifier, …))`. What your handler does not answer is answered 200; a forged
 * delivery 401.
 */
export function webhook<V, Context extends HonoContext>(
  verifier: VerifiesRequests<V>,
  handle: (verified: V, context: Context) => Response | void | Promise<Response | void>,
  options?: WebhookOptions<V>,
): (context: Context) => Promise<Response>;
