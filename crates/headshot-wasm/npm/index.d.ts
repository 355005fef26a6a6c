declare global {
  // As of the library `esnext.disposable`, which nobody has to switch on for this package.
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}

/** The providers that a {@link Verifier} knows, and their events. */
export interface Providers {
  headshotpro: { event: HeadshotProEvent; scheme: "timestamped" | "auto" | "body" };
  skylab: { event: SkylabEvent; scheme: "dated" };
  /** Its token does not sign the body: take the event, {@link DoorbellVerified.unsignedEvent}, as a hint and read the submission from the API. */
  scale: { event: ScaleEvent; scheme: "HS256" | "HS384" | "HS512" };
  standardwebhooks: { event: StandardWebhooksEvent; scheme: "v1" };
}

/** The name of a provider. */
export type Provider = keyof Providers;

/** The HMAC-SHA256 scheme of a provider that this package does not know. */
export interface DeclaredProvider {
  /** Its name, for {@link Verified.provider}. */
  provider: string;
  /** The header of the signature. */
  signatureHeader: string;
  /** The signed bytes: text as it is, and `{timestamp}`, `{id}` and `{body}` for what was received. */
  signed: string;
  /** What stands before the signature; nothing unless set. */
  prefix?: string;
  /** How the signature is written; `hex`, in lower case, unless set. */
  encoding?: "hex" | "base64" | "base64url";
  /** Whether the header may hold several signatures with spaces between them. */
  severalSignatures?: boolean;
  /** The header of the timestamp, which the template has to sign. */
  timestampHeader?: string;
  /** How the timestamp is written; `unix-seconds` unless set. */
  timestampFormat?: "unix-seconds" | "unix-millis" | "http-date";
  /** The header of the delivery's id, which the template has to sign. */
  idHeader?: string;
  /** Whether a genuine body that is no JSON object is refused. */
  jsonObjectOnly?: boolean;
  /** How its signing secrets are shown: as text, or as `whsec_` and base64; `text` unless set. */
  secretForm?: "text" | "whsec";
}

/** The events of a provider, or any JSON object for a declared one. */
export type EventOf<P> = P extends Provider ? Providers[P]["event"] : { [name: string]: Json };

/** The names of a provider's schemes. */
export type SchemeOf<P> = P extends Provider ? Providers[P]["scheme"] : "declared";

/** The name of the scheme that a delivery was signed with. */
export type SchemeName = "timestamped" | "body" | "dated" | "jwt" | "v1" | "declared";

/** A signing secret as the provider shows it, as text or as the bytes of the text. */
export type Secret = string | ArrayBuffer | ArrayBufferView;

/** What {@link Verifier.verify} gives for a provider's delivery. */
export type VerifiedOf<P> = P extends "scale" ? DoorbellVerified<EventOf<P>> : Verified<EventOf<P>>;

/** Settings of a {@link Verifier}, and for Scale Headshots what its tokens have to say. */
export type VerifierOptions<P extends Provider | DeclaredProvider = Provider> = CommonOptions<P> & (P extends "scale" ? TokenOptions : {});

/** What tokens have to say. */
export interface TokenOptions {
  /** The greatest age of a token in seconds, plus the tolerance; a token then has to say when it was issued. */
  maxAgeSeconds?: number;
  /** Whether a token may say neither when it was issued nor when it expires, so that whoever recorded it can send it for ever, with any body; `false` unless set. */
  acceptTimelessTokens?: boolean;
  /** Whether claims that have the name of a field of the body have to be the same; `true` unless set. Which claims there are is not documented. */
  compareClaims?: boolean;
}

/** Settings whichever the provider. */
export interface CommonOptions<P extends Provider | DeclaredProvider = Provider> {
  /** The greatest distance between a signed timestamp and now, before or after, in seconds; unless set 300, and 60 for Scale Headshots, whose tokens say themselves when they end. */
  toleranceSeconds?: number;
  /**
   * Which of the provider's signature schemes to accept.
   *
   * HeadshotPro: `timestamped` (default) accepts only a signature over timestamp and body, and so stops replays;
   * `auto` also accepts a delivery without a timestamp header, signed over its body alone;
   * `body` accepts only that, and looks at no timestamp.
   *
   * Scale Headshots: the one algorithm whose tokens are accepted, `HS256` by default.
   */
  scheme?: SchemeOf<P>;
  /** The clock, in milliseconds since 1970; what `Date.now()` says at each call unless set. Give the time of receipt if you verify later. */
  now?: () => number;
}

/** The body as it was received: bytes, or text that was decoded from UTF-8 and not touched. */
export type RawBody = string | ArrayBuffer | SharedArrayBuffer | ArrayBufferView;

/** The headers of a delivery; the case of their names does not matter. */
export type DeliveryHeaders =
  | { get(name: string): string | null | undefined }
  | Iterable<readonly [string, string | readonly string[]]>
  | { readonly [name: string]: string | readonly string[] | undefined };

/** What is needed of a fetch `Request`. */
export interface DeliveryRequest {
  readonly headers: { get(name: string): string | null };
  /** Its stream; where a runtime shows none, or another kind, `arrayBuffer` is called. */
  readonly body?: unknown;
  readonly bodyUsed: boolean;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * Says whether deliveries of one provider to one endpoint are genuine.
 *
 * ```js
 * const verifier = new Verifier("headshotpro", process.env.HEADSHOTPRO_WEBHOOK_SECRET);
 * const { neutral } = verifier.verify(rawBody, request.headers);
 * ```
 */
export class Verifier<const P extends Provider | DeclaredProvider = Provider> {
  /**
   * @param provider The provider.
   * @param secrets The signing secret; several while one replaces another. Where there is none, as while a framework
   *   builds, every delivery is refused with `secrets_missing` or `secret_empty`.
   * @throws {VerifyError} `provider_unknown`, `secret_empty` (of several), `secret_malformed`, `scheme_unknown`,
   *   `option_invalid`, and for a declared provider a code that starts with `declared_`
   */
  constructor(provider: P, secrets: Secret | readonly Secret[] | undefined, options?: VerifierOptions<P>);

  /**
   * Checks the signature over the raw body, and then the time. Synchronous; the event is read only when you ask for it.
   *
   * @param body The raw body, before any JSON parser.
   * @param headers A `Headers`, Node's `request.headers`, a plain object, a `Map` or pairs.
   * @throws {VerifyError} with the code of the refusal; answer 401 and nothing more, and log the code. Any other error is
   *   none of the sender's.
   */
  verify(body: RawBody, headers: DeliveryHeaders): VerifiedOf<P>;

  /**
   * The same for a fetch `Request`, whose raw body is read once, and no further than {@link Verifier.verify} would take.
   *
   * @throws {VerifyError} the same, and `body_used` if somebody read the body before, or reads it
   */
  verifyRequest(request: DeliveryRequest): Promise<VerifiedOf<P>>;

  /** Wipes the secrets; the verifier is of no use afterwards. Happens by itself when it is collected as garbage. */
  free(): void;

  /** The same as {@link Verifier.free}, for `using`. */
  [Symbol.dispose](): void;
}

/** What every genuine delivery has. It cannot be changed. */
interface Proven {
  /** The provider that signed. */
  readonly provider: string;
  /** The provider's signature scheme that was used. */
  readonly scheme: SchemeName;
  /** When it was signed; `null` if the scheme signs no time, so that the delivery may be a replay. */
  readonly signedAt: Date | null;
  /** Which of the secrets signed, counted from 0. */
  readonly secretIndex: number;
  /** Whether the signature covers the body; if not, the event is only a hint to read the provider's API again. */
  readonly coversBody: boolean;
  /** The event in words that every provider shares; of one that cannot be read, only whom it is about. Throws nothing. */
  get neutral(): NeutralEvent;
  /** The bytes that were checked, in an array of your own each time. */
  get raw(): Uint8Array;
}

/** A genuine delivery. */
export class Verified<E = unknown> implements Proven {
  private constructor();
  readonly provider: string;
  readonly scheme: SchemeName;
  readonly signedAt: Date | null;
  readonly secretIndex: number;
  readonly coversBody: boolean;
  /**
   * The event in the body, read the first time that it is asked for.
   *
   * @throws {EventError} Genuine, but no event: keep {@link Verified.raw}, read the session that {@link Verified.neutral}
   *   names from the provider's API, and answer as to any other genuine delivery.
   */
  get event(): E;
  get neutral(): NeutralEvent;
  get raw(): Uint8Array;
}

/** A genuine delivery whose signature does not cover the body: somebody who may ring rang. */
export interface DoorbellVerified<E = unknown> extends Proven {
  /**
   * What the body says, which nobody signed: a hint to read the provider's API.
   *
   * @throws {EventError} as {@link Verified.event}
   */
  get unsignedEvent(): E;
}

/** What became of a delivery, and which known mistakes explain it; holds neither a secret nor anything of the body. */
export interface Explanation {
  /** `genuine`, or else the code of the refusal. */
  verdict: "genuine" | ErrorCode;
  /** Empty if and only if the delivery is genuine. */
  findings: { code: MistakeCode; message: string; remedy: string }[];
}

/** Says which known mistakes explain why a delivery is refused; it may compute thousands of signatures. */
export function explain<const P extends Provider | DeclaredProvider>(
  provider: P,
  secrets: Secret | readonly Secret[],
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
  secrets: Secret | readonly Secret[],
  body: RawBody,
  options?: SignOptions,
): { [name: string]: string };

/** Why a delivery was refused, or a verifier could not be made. Holds no secret, and nothing of the delivery. */
export class VerifyError extends Error {
  constructor(code: ErrorCode, message: string);
  readonly name: "VerifyError";
  /** One stable word for programs, the same in Rust and in every runtime. */
  readonly code: ErrorCode;
}

/** Why the body of a genuine delivery is no event: no refusal, and no reason to answer 401. */
export class EventError extends Error {
  constructor(code: EventErrorCode, message: string);
  readonly name: "EventError";
  /** One stable word for programs, the same in Rust and in every runtime. */
  readonly code: EventErrorCode;
}

/** The codes of an {@link EventError}; `README.md` explains each. */
export type EventErrorCode =
  | "event_not_json"
  | "event_not_xml"
  | "event_document_type"
  | "event_not_object"
  | "event_too_deep"
  | "event_field_repeated"
  | "event_field_missing"
  | "event_field_malformed"
  | "event_unsigned";

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
  | "id_missing"
  | "id_repeated"
  | "id_malformed"
  | "timestamp_too_old"
  | "timestamp_in_future"
  | "token_malformed"
  | "algorithm_refused"
  | "extension_refused"
  | "token_type_refused"
  | "claims_malformed"
  | "claim_malformed"
  | "claim_missing"
  | "claim_mismatch"
  | "token_expired"
  | "token_not_yet_valid"
  | "body_not_object"
  | "body_too_large"
  | "secret_empty"
  | "secret_malformed"
  | "secrets_missing"
  | "scheme_unknown"
  | "declared_provider_empty"
  | "declared_header_invalid"
  | "declared_header_repeated"
  | "declared_header_unsigned"
  | "declared_header_missing"
  | "declared_prefix_invalid"
  | "declared_template_malformed"
  | "declared_template_repeats"
  | "declared_body_unsigned"
  | "declared_template_ambiguous"
  | "declared_encoding_unknown"
  | "declared_timestamp_unknown"
  | "declared_secret_unknown"
  | "sign_id_missing"
  | "sign_id_malformed"
  | "sign_time_malformed"
  | "sign_algorithm_missing"
  | "provider_unknown"
  | "option_invalid"
  | "body_not_raw"
  | "body_used"
  | "headers_unreadable"
  | "verifier_freed"
  | "explain_missing";

/** The codes of the mistakes that {@link explain} finds; the README of the Rust crate headshot-explain says what each is. */
export type MistakeCode =
  | "secret_missing"
  | "secret_white_space"
  | "secret_quoted"
  | "secret_prefixed"
  | "secret_recoded"
  | "secret_joined"
  | "secret_letter_case"
  | "secret_form"
  | "secret_hex_decoded"
  | "secret_base64_decoded"
  | "secret_not_decoded"
  | "scheme_other"
  | "provider_other"
  | "header_missing"
  | "header_renamed"
  | "header_repeated"
  | "signature_white_space"
  | "signature_prefix"
  | "signature_letter_case"
  | "signature_encoding"
  | "signature_url_safe"
  | "signature_padding"
  | "signature_form"
  | "token_algorithm"
  | "token_form"
  | "token_claim"
  | "id_form"
  | "timestamp_milliseconds"
  | "timestamp_form"
  | "clock_ahead"
  | "clock_behind"
  | "clock_milliseconds"
  | "body_reserialized"
  | "body_newline_added"
  | "body_newline_removed"
  | "body_line_ends"
  | "body_mark_added"
  | "body_mark_removed"
  | "body_quoted"
  | "body_base64"
  | "body_compressed"
  | "body_recoded"
  | "body_with_timestamp"
  | "body_parsed"
  | "body_empty"
  | "body_fields_sorted"
  | "body_not_object"
  | "body_too_large"
  | "unknown";

/** A JSON value, for what this version has no type for. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** An event whichever the provider. */
export interface NeutralEvent {
  kind:
    | "session_created"
    | "state_changed"
    | "photos_ready"
    | "favorite_selected"
    | "session_failed"
    | "session_deleted"
    | "other";
  /** The provider's id of what the event is about: HeadshotPro's model, Scale's submission, Skylab's job. */
  session: string | null;
  /** The provider's id of the person: HeadshotPro's `uid`, Scale's contact. */
  person: string | null;
  /** The event's id, the same in every delivery of it; `null` where the provider wrote an id that is none, such as `""`. */
  eventId: string | null;
  state: "awaiting_user" | "in_review" | "processing" | "ready" | "failed" | "deleted" | null;
  photos: { id: string; url: string; expiresAt: string | null; isFavorite: boolean }[];
}

/** Something that happened to a job. */
export interface SkylabEvent {
  type: "api_error" | "job_queued" | "job_complete" | "job_error" | UnknownWord;
  /** The word of the envelope, if there is one. */
  envelopeType: string | null;
  job: SkylabJob | null;
  /** Every field that this version does not know; one that takes most of a long body is parsed when you ask for it. */
  other: { [name: string]: Json };
}

/** A job as an event shows it. */
export interface SkylabJob {
  id: string;
  state: "pending" | "queued" | "processing" | "complete" | "error" | (string & {});
  name: string | null;
  accountId: string | null;
  profileId: string | null;
  jobType: string | null;
  createdAt: string | null;
  updatedAt: string | null;
  submittedAt: string | null;
  completedAt: string | null;
  expiryDate: string | null;
  errors: string[];
  /** The links of the photos by the name of the file. */
  photoUrls: { [name: string]: string };
  /** Every field that this version does not know; one that takes most of a long body is parsed when you ask for it. */
  other: { [name: string]: Json };
}

/** Something that happened to a submission; nothing of it is signed. */
export interface ScaleEvent {
  type: "SUBMISSION_COMPLETE" | UnknownWord;
  submissionId: string | null;
  studioId: string | null;
  contactId: string | null;
  /** Every field that this version does not know; one that takes most of a long body is parsed when you ask for it. */
  other: { [name: string]: Json };
}

/** What Standard Webhooks recommends for a payload. */
export interface StandardWebhooksEvent {
  type: string | null;
  timestamp: string | null;
  data: { [name: string]: Json };
  other: { [name: string]: Json };
}

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
  /** Every field that this version does not know; one that takes most of a long body is parsed when you ask for it. */
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
  /** Every field that this version does not know; one that takes most of a long body is parsed when you ask for it. */
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
  /** Every field that this version does not know; one that takes most of a long body is parsed when you ask for it. */
  other: { [name: string]: Json };
}
