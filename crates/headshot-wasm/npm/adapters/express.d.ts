import type { VerifiesBodies, WebhookOptions } from "./options.js";

/** What is needed of Express's response. */
interface ExpressResponse {
  headersSent: boolean;
  status(code: number): { end(): unknown };
}

/**
 * A handler for `app.post(path, webhook(verifier, …))`, Express 4 and 5, which reads the raw body itself: no parser may
 * have read it before. What your handler does not answer is answered 200; a forged delivery 401.
 */
export function webhook<V, Request extends { headers: object }, Response extends ExpressResponse>(
  verifier: VerifiesBodies<V>,
  handle: (verified: V, request: Request, response: Response) => unknown,
  options?: WebhookOptions<V>,
): (request: Request, response: Response, next: (error?: unknown) => void) => Promise<void>;
