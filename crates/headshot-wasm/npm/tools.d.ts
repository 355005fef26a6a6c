// For developers and tests; no server needs it.
import type { DeclaredProvider, DeliveryHeaders, ErrorCode, Provider, RawBody, VerifierOptions } from "./index.js";

/** What became of a delivery, and which known mistakes explain it; holds neither a secret nor anything of the body. */
export interface Explanation {
  /** `genuine`, or else the code of the refusal. */
  verdict: "genuine" | ErrorCode;
  /** Empty if and only if the delivery is genuine. */
  findings: { code: string; message: string; remedy: string }[];
}

/** Says which known mistakes explain why a delivery is refused; it may compute thousands of signatures. */
export function explain<const P extends Provider | DeclaredProvider>(
  provider: P,
  secrets: string | readonly string[],
  body: RawBody | object,
  headers: DeliveryHeaders,
  options?: VerifierOptions<P>,
): Explanation;

/** Settings of {@link sign}. */
export interface SignOptions {
  /** The scheme's setting, as of a verifier. */
  scheme?: string;
  /** The delivery's id, for a scheme that signs one. */
  id?: string;
  /** The moment of signing, in milliseconds since 1970; `Date.now` unless set. */
  now?: () => number;
}

/** The headers that the provider would send with this body; for tests. */
export function sign(
  provider: Provider | DeclaredProvider,
  secrets: string | readonly string[],
  body: RawBody,
  options?: SignOptions,
): { [name: string]: string };

/** Why the settings cannot be used, or the delivery cannot be signed. */
export class VerifyError extends Error {
  constructor(code: ErrorCode, message: string);
  readonly name: "VerifyError";
  readonly code: ErrorCode;
}
