import type { VerifiesBodies, WebhookOptions } from "./options.js";

/**
 * A handler for AWS Lambda behind API Gateway (REST and HTTP), a function URL, a load balancer or CloudFront (with the
 * body included). What your handler does not answer is answered 200; a forged delivery 401.
 */
export function webhook<V, Event extends object, Answer = never>(
  verifier: VerifiesBodies<V>,
  handle: (verified: V, event: Event) => Answer | void | Promise<Answer | void>,
  options?: WebhookOptions<V>,
): (event: Event) => Promise<Answer | { statusCode: number } | { status: string }>;
