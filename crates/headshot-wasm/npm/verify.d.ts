// The verdict alone: the same as `headshot-verify`, without reading events.
import type {
  DeclaredProvider,
  DeliveryHeaders,
  DeliveryRequest,
  ErrorCode,
  Provider,
  RawBody,
  VerifierOptions,
} from "./index.js";

export type { DeclaredProvider, DeliveryHeaders, DeliveryRequest, ErrorCode, Provider, RawBody, VerifierOptions };

/** Says whether deliveries of one provider to one endpoint are genuine; see the `Verifier` of `headshot-verify`. */
export class Verifier<const P extends Provider | DeclaredProvider = Provider> {
  constructor(provider: P, secrets: string | readonly string[], options?: VerifierOptions<P>);
  verify(body: RawBody, headers: DeliveryHeaders): Verified;
  verifyRequest(request: DeliveryRequest): Promise<Verified>;
  free(): void;
  [Symbol.dispose](): void;
}

/** A genuine delivery; see the `Verified` of `headshot-verify`, which also reads its event. */
export class Verified {
  private constructor();
  readonly provider: string;
  readonly scheme: string;
  readonly signedAt: Date | null;
  readonly secretIndex: number;
  readonly coversBody: boolean;
}

/** Why a delivery was refused, or a verifier could not be made. Holds no secret, and nothing of the delivery. */
export class VerifyError extends Error {
  constructor(code: ErrorCode, message: string);
  readonly name: "VerifyError";
  readonly code: ErrorCode;
}
