/** The providers that a {@link Verifier} knows, and their events. */
export interface Providers {
  headshotpro: { event: HeadshotProEvent; scheme: "timestamped" | "auto" | "body" };
}

/** The name of a provider. */
export type Provider = keyof Providers;

/** Settings of a {@link Verifier}. */
export interface VerifierOptions<P extends Provider = Provider> {
  /** The greatest distance between a signed timestamp and now, before or after, in seconds; 300 unless set. */
  toleranceSeconds?: number;
  /**
   * Which of the provider's signature schemes to accept.
   *
   * HeadshotPro: `timestamped` (default) accepts only a signature over timestamp and body, and so stops replays;
   * `auto` also accepts a delivery without a timestamp header, signed over its body alone;
   * `body` accepts only that, and looks at no timestamp.
   */
  scheme?: Providers[P]["scheme"];
  /** The clock, in milliseconds since 1970; `Date.now` unless set. Give the time of receipt if you verify later. */
  now?: () => number;
}

/** The body as it was received: bytes, or text that was decoded from UTF-8 and not touched. */
export type RawBody = string | Uint8Array | ArrayBuffer | ArrayBufferView;

/** The headers of a delivery; the case of their names does not matter. */
export type DeliveryHeaders =
  | { get(name: string): string | null | undefined }
  | Iterable<readonly [string, string | readonly string[]]>
  | { readonly [name: string]: string | readonly string[] | undefined };

/**
 * Says whether deliveries of one provider to one endpoint are genuine.
 *
 * ```js
 * const verifier = new Verifier("headshotpro", process.env.HEADSHOTPRO_WEBHOOK_SECRET);
 * const { event } = verifier.verify(rawBody, request.headers);
 * ```
 */
export class Verifier<P extends Provider = Provider> {
  /**
   * @param provider The provider.
   * @param secrets The signing secret; several while one replaces another.
   * @throws {VerifyError} `provider_unknown`, `secrets_missing`, `secret_empty`, `scheme_unknown`, `option_invalid`
   */
  constructor(provider: P, secrets: string | readonly string[], options?: VerifierOptions<P>);

  /**
   * Checks the signature over the raw body, and then the time. Synchronous; the event is read only when you ask for it.
   *
   * @param body The raw body, before any JSON parser.
   * @param headers A `Headers`, Node's `request.headers`, a plain object, a `Map` or pairs.
   * @throws {VerifyError} with the code of the refusal; answer 401 whatever it is, and log the code
   */
  verify(body: RawBody, headers: DeliveryHeaders): Verified<Providers[P]["event"]>;

  /** Wipes the secrets; the verifier is of no use afterwards. Happens by itself when it is collected as garbage. */
  free(): void;

  /** The same as {@link Verifier.free}, for `using`. */
  [Symbol.dispose](): void;
}

/** A genuine delivery. */
export class Verified<E = unknown> {
  private constructor();

  /** The provider that signed. */
  readonly provider: Provider;
  /** The provider's signature scheme that was used. */
  readonly scheme: string;
  /** When it was signed; `null` if the scheme signs no time, so that the delivery may be a replay. */
  readonly signedAt: Date | null;
  /** Which of the secrets signed, counted from 0. */
  readonly secretIndex: number;
  /** Whether the signature covers the body; if not, the event is only a hint to read the provider's API again. */
  readonly coversBody: boolean;
  /**
   * The event in the body, read the first time that it is asked for.
   *
   * @throws {VerifyError} a code that starts with `event_`: genuine, but no event; keep it and read the API again
   */
  readonly event: E;
}

/** Why a delivery was refused, or a verifier could not be made. Holds no secret, and nothing of the delivery. */
export class VerifyError extends Error {
  constructor(code: ErrorCode, message: string);
  readonly name: "VerifyError";
  /** One stable word for programs, the same in Rust and in every runtime. */
  readonly code: ErrorCode;
}

/** The codes of a {@link VerifyError}; `README.md` explains each. */
export type ErrorCode =
  | "signature_missing"
  | "signature_repeated"
  | "signature_malformed"
  | "signature_uppercase"
  | "signature_mismatch"
  | "timestamp_missing"
  | "timestamp_repeated"
  | "timestamp_malformed"
  | "timestamp_too_old"
  | "timestamp_in_future"
  | "body_not_object"
  | "body_too_large"
  | "secret_empty"
  | "secrets_missing"
  | "scheme_unknown"
  | "event_not_json"
  | "event_not_object"
  | "event_too_deep"
  | "event_field_repeated"
  | "event_field_missing"
  | "event_field_malformed"
  | "provider_unknown"
  | "option_invalid"
  | "body_not_raw"
  | "headers_unreadable"
  | "verifier_freed";

/** A JSON value, for what this version has no type for. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Something that happened to a model, HeadshotPro's word for one hosted run of one person. */
export type HeadshotProEvent = HeadshotProModelEvent | HeadshotProUnknownEvent;

/** What every event of HeadshotPro has. Times are RFC 3339 text; what the delivery does not say is `null`. */
export interface HeadshotProEnvelope {
  /** The event's id, the same in every delivery of it; not every delivery has one. */
  id: string | null;
  createdAt: string | null;
  objectType: string | null;
  /** The photo that the person chose, with `model.favorite_selected`; if `null`, ask the API. */
  favoritePhoto: HeadshotProPhoto | null;
  /** Every field that this version does not know. */
  other: { [name: string]: Json };
}

/** An event of a known kind. */
export interface HeadshotProModelEvent extends HeadshotProEnvelope {
  type:
    | "model.created"
    | "model.status.updated"
    | "model.photos_ready"
    | "model.favorite_selected"
    | "model.deleted";
  model: HeadshotProModel;
}

/**
 * A word that this version does not know. The form is for the compiler alone, so that a known word is never taken for an
 * unknown one; the word itself is as it came. To compare it, say `String(event.type) === "a.new.word"`.
 */
export type UnknownWord = `${string}\u0000`;

/** An event of a kind that this version does not know. */
export interface HeadshotProUnknownEvent extends HeadshotProEnvelope {
  type: UnknownWord;
  model: HeadshotProModel | null;
}

/** Where a model stands; a retry given by an administrator takes it back to the beginning. */
export type HeadshotProStatus =
  | "onboarding"
  | "waiting"
  | "pending"
  | "generatingHeadshots"
  | "active"
  | "failed"
  | "deleted"
  | (string & {});

/** A model as an event shows it. */
export interface HeadshotProModel {
  id: string;
  uid: string | null;
  title: string | null;
  trigger: string | null;
  status: HeadshotProStatus | null;
  isDevelopment: boolean | null;
  createdAt: string | null;
  finishedAt: string | null;
  deletedAt: string | null;
  inviteExpiresAt: string | null;
  organization: string | null;
  /** Every field that this version does not know. */
  other: { [name: string]: Json };
}

/** A photo, with links that stop working: copy the file soon. */
export interface HeadshotProPhoto {
  id: string;
  /** Its links by the name of the variant. */
  urls: { [variant: string]: string };
  /** The link to take if only one is wanted. */
  preferredUrl: string | null;
  /** When the links stop working; if `null`, assume 24 hours. */
  expiresAt: string | null;
  /** Every field that this version does not know. */
  other: { [name: string]: Json };
}
