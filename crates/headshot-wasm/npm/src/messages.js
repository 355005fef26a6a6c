/**
 * The sentence for every code of a verdict. `{0}` and `{1}` stand for names and `{n}` for a number.
 *
 * Their order is that of the wasm, which says the place of a code. A test holds those of the Rust crate against its own.
 */
export const MESSAGES = {
  signature_missing: "the signature header {0} is missing",
  signature_repeated: "the signature header {0} occurs more than once; only one signature is accepted",
  signature_malformed: "the signature header {0} does not have the form that the scheme demands",
  signature_uppercase: "the signature header {0} is in upper case; only lower-case hexadecimal is accepted",
  signature_mismatch:
    "the signature matches none of the secrets; check that the secret is the endpoint's own and that the body is the raw bytes as received",
  timestamp_missing: "the timestamp header {0} is missing",
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
  provider_unknown: "there is no provider of that name; known are headshotpro, skylab, scale and standardwebhooks",

  // Those that JavaScript finds by itself.
  option_invalid: "{0}",
  body_not_raw:
    "the body is not the raw body, or a promise of it: pass the bytes or the text as received, before any JSON parser; " +
    "Express: express.raw({ type: () => true }) on this route, then request.body; " +
    "Next.js: await request.arrayBuffer() in a route handler, or in an API route bodyParser: false and the stream; " +
    "Hono: await context.req.arrayBuffer(); " +
    "Workers, Deno and Bun: await request.arrayBuffer()",
  body_used: "the request's body was read before, or is being read: verify first, or pass request.clone()",
  headers_unreadable:
    "the headers are not an object, or a promise that has to be awaited, as of Next.js' headers(); pass a Headers, Node's request.headers, a plain object or a Map",
  verifier_freed: "the verifier was freed, and its secrets with it",
  "timestamp_missing+":
    "the timestamp header {0} is missing; the scheme setting `{1}` would accept a signature over the body alone, and give up the protection against replays",
};
