import type { DeliveryHeaders, DeliveryRequest, EventError, RawBody, VerifyError } from "./index.js";

/** A `Verifier` of either entry. */
export interface VerifiesBodies<V> {
  verify(body: RawBody, headers: DeliveryHeaders): V;
}

/** A `Verifier` of either entry, where requests are those of `fetch`. */
export interface VerifiesRequests<V> {
  verifyRequest(request: DeliveryRequest): Promise<V>;
}

/** What is told to nobody but you; both go to `console.warn` unless set. */
export interface WebhookOptions<V> {
  /** A delivery was refused, and answered 401. */
  onRefused?: (refusal: VerifyError) => void;
  /** The handler wanted to read an event that cannot be read; answered 200. Ask the API about `verified.neutral.session`. */
  onUnreadable?: (error: EventError, verified: V) => void;
}
