// The verdict of a known provider alone: the same as `headshot-verify` without events, declared schemes, the tokens'
// longer hashes, `explain` and `sign`.
import type { CommonOptions, DeliveryHeaders, DeliveryRequest, ErrorCode, Provider, RawBody, SchemeName, SchemeOf, Secret, TokenOptions } from "./index.js";

export { VerifyError } from "./index.js";
export type { DeliveryHeaders, DeliveryRequest, ErrorCode, Provider, RawBody, SchemeName, Secret };

/** Settings of a {@link Verifier}; see those of `headshot-verify`. */
export type Options<P extends Provider> = (P extends "scale" ? TokenOptions : {}) & Omit<CommonOptions<P>, "scheme"> & {
  scheme?: Exclude<SchemeOf<P>, "HS384" | "HS512">;
};

/** Says whether deliveries of one provider to one endpoint are genuine; see the `Verifier` of `headshot-verify`. */
export class Verifier<const P extends Provider = Provider> {
  constructor(provider: P, secrets: Secret | readonly Secret[] | undefined, options?: Options<P>);
  verify(body: RawBody, headers: DeliveryHeaders): Verified;
  verifyRequest(request: DeliveryRequest): Promise<Verified>;
  free(): void;
  [Symbol.dispose](): void;
}

/** A genuine delivery; see the `Verified` of `headshot-verify`, which also reads its event. */
export class Verified {
  private constructor();
  readonly provider: string;
  readonly scheme: SchemeName;
  readonly signedAt: Date | null;
  readonly secretIndex: number;
  readonly coversBody: boolean;
  get raw(): Uint8Array;
}
