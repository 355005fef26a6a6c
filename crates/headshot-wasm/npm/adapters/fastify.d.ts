import type { VerifiesBodies, WebhookOptions } from "./options.js";

/** Settings of the plugin {@link webhook}. */
export interface FastifyWebhookOptions<V> extends WebhookOptions<V> {
  verifier: VerifiesBodies<V>;
  /** The path of the route. */
  path: string;
  handle: (verified: V, request: any, reply: any) => unknown;
}

/**
 * A plugin with one route: `fastify.register(webhook, { verifier, path, handle })`. What your handler does not answer is
 * answered 200; a forged delivery 401.
 */
export function webhook<V>(fastify: any, options: FastifyWebhookOptions<V>): Promise<void>;
