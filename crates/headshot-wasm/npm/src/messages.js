/**
 * The sentence for every code. `{0}` and `{1}` stand for names and `{n}` for a number; a `+` after a code is for when
 * there is a second name. A test holds those of the Rust crate against its own.
 */
export const MESSAGES = {
  signature_missing: "the signature header {0} is missing",
  signature_repeated: "the signature header {0} occurs more than once; only one signature is accepted",
  signature_malformed: "the signature header {0} does not have the form that the scheme demands",
  signature_uppercase: "the signature header {0} is in upper case; only lower-case hexadecimal is accepted",
  signature_mismatch:
    "the signature matches none of the secrets; check that the secret is the endpoint's own and that the body is the raw bytes as received",
  timestamp_missing: "the timestamp header {0} is missing",
  "timestamp_missing+":
    "the timestamp header {0} is missing; the scheme setting `{1}` would accept a signature over the body alone, and give up the protection against replays",
  timestamp_repeated: "the timestamp header {0} occurs more than once",
  timestamp_malformed: "the timestamp header {0} does not have the form that the scheme demands",
  id_missing: "the header {0} with the delivery's id is missing",
  id_repeated: "the header {0} with the delivery's id occurs more than once",
  id_malformed: "the header {0} with the delivery's id does not have the form that the scheme demands",
  timestamp_too_old:
    "the signature is genuine but {n} s old, which is more than the tolerance; a replay, a late attempt, or the receiver's clock is ahead",
  timestamp_in_future:
    "the signature is genuine but its timestamp lies {n} s ahead, which is more than the tolerance; the receiver's clock is probably behind",
  token_malformed:
    "the token is not three parts of base64url without padding whose first part is a JSON object with unique names",
  algorithm_refused: "the token's algorithm is none of those that are accepted",
  extension_refused: "the token's header demands extensions, and none is understood",
  token_type_refused: "the token is genuine but of another type than JWT",
  claims_malformed: "the token is genuine but its claims are not a JSON object with unique names",
  claim_malformed: "the token is genuine but its claim {0} is not a plain number of seconds",
  claim_missing: "the token is genuine but lacks the claim {0}",
  claim_mismatch: "the token is genuine but its claim {0} differs from the body, so it is another delivery's",
  token_expired:
    "the token is genuine but expired {n} s ago, which is more than the tolerance; a replay, a late attempt, or the receiver's clock is ahead",
  token_not_yet_valid:
    "the token is genuine but becomes valid in {n} s, which is more than the tolerance; the receiver's clock is probably behind",
  body_not_object:
    "the signature is genuine but the body is not a JSON object, which the scheme without a timestamp demands",
  body_too_large: "the body is longer than {n} bytes",
  secret_empty: "a signing secret is empty",
  secret_malformed: "a signing secret is not written as the provider writes its secrets",
  secrets_missing: "no signing secret was given",
  scheme_unknown: "the provider has no signature scheme of that name",
  event_not_json: "the body is not JSON in UTF-8",
  event_not_xml: "the body is not well-formed XML in UTF-8",
  event_document_type: "the body is XML with a document type, which is not read",
  event_not_object: "the body is not a JSON object",
  event_too_deep: "the body is nested too deeply",
  event_field_repeated: "an object in the body names a field twice",
  event_field_missing: "the field {0} is missing",
  event_field_malformed: "the field {0} is not of the type that every event has there",
  declared_provider_empty: "the declared provider has no name",
  declared_header_invalid: "the name of a header is empty, longer than 128 characters, or holds a character that no such name has",
  declared_header_repeated: "two of the declared headers have the same name",
  declared_header_unsigned: "a declared header is not in the template, so it would not be signed",
  declared_header_missing: "the template names a timestamp or an id whose header is not declared",
  declared_prefix_invalid: "the prefix of the signature holds white space, a letter beyond ASCII, or a comma outside a list",
  declared_template_malformed: "the template has a brace without its partner, or names something else than timestamp, id and body",
  declared_template_repeats: "the template names the timestamp, the id or the body twice",
  declared_body_unsigned: "the template does not name the body, so it would not be signed",
  declared_template_ambiguous: "two different deliveries could have the same signed bytes; separate the parts by text that they cannot hold",
  declared_encoding_unknown: "there is no encoding of that name; known are hex, base64 and base64url",
  declared_timestamp_unknown: "there is no form of timestamp of that name; known are unix-seconds, unix-millis and http-date",
  declared_secret_unknown: "there is no form of secret of that name; known are text and whsec",
  sign_id_missing: "the scheme signs the delivery's id, and there is none",
  sign_id_malformed: "the delivery's id cannot stand in the scheme's signed bytes",
  sign_time_malformed: "the moment of signing cannot be written in the scheme's form",
  sign_algorithm_missing: "the settings accept no algorithm",
  provider_unknown: "there is no provider of that name; known are headshotpro, skylab, scale and standardwebhooks",
  option_invalid: "{0}",
  body_not_raw:
    "the body is not the raw body: pass the bytes or the text as received, before any JSON parser; " +
    'Express: express.raw({ type: "*/*" }) on this route, then request.body; ' +
    "Next.js: await request.arrayBuffer() in a route handler, or in an API route bodyParser: false and the stream; " +
    "Hono: await context.req.arrayBuffer(); " +
    "Workers, Deno and Bun: await request.arrayBuffer()",
  body_used: "the request's body was read before: verify first, or pass request.clone()",
  headers_unreadable:
    "the headers are not an object; pass a Headers, Node's request.headers, a plain object or a Map",
  verifier_freed: "the verifier was freed, and its secrets with it",
};
