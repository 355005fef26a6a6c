"""Prints tools-python.json: deliveries of Skylab, Scale Headshots and Standard Webhooks, signed or approved by others.

Needs PyJWT, standardwebhooks and skylab-studio 0.0.15 (its own dependencies are not needed: they are not called).
"""

import base64
import hashlib
import hmac
import json
import sys
from datetime import datetime, timezone
from email.utils import formatdate
from unittest.mock import MagicMock

import jwt
from standardwebhooks.webhooks import Webhook

for absent in ["aiohttp", "pyvips", "requests", "sentry_sdk", "exceptions"]:
    sys.modules.setdefault(absent, MagicMock(__all__=[]))
from skylab_studio.studio_client import api as skylab  # noqa: E402

NOW = 1767323045


def vector(provider, name, secrets, headers, body, now=NOW, scheme=None, tokens=None, **verdict):
    made = {"provider": provider, "name": name, "secrets": secrets, "now": now, "headers": headers}
    if scheme:
        made["scheme"] = scheme
    if tokens:
        made["tokens"] = tokens
    try:
        made["body"] = body.decode()
    except UnicodeDecodeError:
        made["bodyBase64"] = base64.b64encode(body).decode()
    return made | verdict


# Skylab: signed here, and approved by the provider's own package before it is written down.

SKYLAB_SECRET = "sandbox-skylab-secret"
DATE = "Fri, 02 Jan 2026 03:04:05 GMT"
JOB = (
    b'{"accountId":1,"id":42,"name":"Zo\xc3\xab","profileId":7,"state":"complete","type":"regular",'
    b'"expiryDate":"2026-01-16T03:00:00Z","photoDownloadUrls":{"a.jpg":"https://b.s3.r.amazonaws.com/k?'
    b'X-Amz-Date=20260102T030405Z\\u0026X-Amz-Expires=3600\\u0026X-Amz-Signature=s"},"errors":[[]],'
    b'"processed":{"total":1},"profile":{"enable_srgb_output":false}}'
)


def skylab_headers(body=JOB, date=DATE, secret=SKYLAB_SECRET):
    signed = date.encode() + b":" + body
    signature = base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
    try:
        text = body.decode()
        assert skylab.validate_hmac_headers(None, secret, text, date, signature)
    except UnicodeDecodeError:
        pass  # The package knows only text.
    return [["X-Skylab-Signature", signature], ["X-Skylab-Timestamp", date]]


def skylab_accepted(name, body=JOB, date=DATE, at=NOW, **more):
    accepted = {"scheme": "dated", "signedAt": at, "secretIndex": 0}
    return vector("skylab", name, [SKYLAB_SECRET], skylab_headers(body, date), body, accepted=accepted, **more)


def skylab_refused(name, code, headers, body=JOB, **more):
    return vector("skylab", name, [SKYLAB_SECRET], headers, body, refused=code, **more)


def skylab_vectors():
    signature, timestamp = skylab_headers()
    text = signature[1]
    reprinted = json.dumps(json.loads(JOB), separators=(",", ":"), ensure_ascii=False).encode()
    envelope = b'{"type":"job_error","payload":{"id":42,"state":"error","errors":[["a"],"b",[["c"]]]}}'
    def spoiled(changed): return [[signature[0], changed], timestamp]
    def dated(date): return skylab_headers(date=date)
    wrong_dates = {
        "in Unix seconds": str(NOW), "in RFC 3339": "2026-01-02T03:04:05Z", "of another zone": "Fri, 02 Jan 2026 03:04:05 CET",
        "with the wrong day": "Sat, 02 Jan 2026 03:04:05 GMT", "that does not exist": "Mon, 30 Feb 2026 03:04:05 GMT",
        "without a zone": "Fri, 02 Jan 2026 03:04:05", "in small letters": DATE.lower(), "before the epoch": "Wed, 31 Dec 1969 23:59:59 GMT",
        "of one digit": "Fri, 2 Jan 2026 03:04:05 GMT", "empty": "",
    }
    return [
        skylab_accepted("skylab: a bare job", event={
            "type": "job_complete", "envelopeType": None, "other": {},
            "job": {"id": "42", "state": "complete", "name": "Zoë", "accountId": "1", "profileId": "7", "jobType": "regular",
                    "createdAt": None, "updatedAt": None, "submittedAt": None, "completedAt": None,
                    "expiryDate": "2026-01-16T03:00:00Z", "errors": [],
                    "photoUrls": {"a.jpg": "https://b.s3.r.amazonaws.com/k?X-Amz-Date=20260102T030405Z&X-Amz-Expires=3600&X-Amz-Signature=s"},
                    "other": {"processed": {"total": 1}, "profile": {"enable_srgb_output": False}}}}),
        skylab_accepted("skylab: an envelope with nested errors", envelope, event={
            "type": "job_error", "envelopeType": "job_error", "other": {},
            "job": {"id": "42", "state": "error", "name": None, "accountId": None, "profileId": None, "jobType": None,
                    "createdAt": None, "updatedAt": None, "submittedAt": None, "completedAt": None, "expiryDate": None,
                    "errors": ["a", "b", "c"], "photoUrls": {}, "other": {}}}),
        skylab_accepted("skylab: an error of the API", b'{"type":"api_error","payload":["?"]}', event={
            "type": "api_error", "envelopeType": "api_error", "job": None, "other": {"payload": ["?"]}}),
        skylab_accepted("skylab: date with a year of two digits", date="Friday, 02-Jan-26 03:04:05 GMT"),
        skylab_accepted("skylab: date of C's asctime", date="Fri Jan  2 03:04:05 2026"),
        skylab_accepted("skylab: exactly as old as the tolerance", date=formatdate(NOW - 300, usegmt=True), at=NOW - 300),
        skylab_accepted("skylab: not UTF-8", b"\xff\xfe", eventRefused="event_not_json"),
        skylab_accepted("skylab: empty", b"", eventRefused="event_not_json"),
        skylab_refused("skylab: too old", "timestamp_too_old", dated(formatdate(NOW - 301, usegmt=True))),
        skylab_refused("skylab: in the future", "timestamp_in_future", dated(formatdate(NOW + 301, usegmt=True))),
        *(skylab_refused(f"skylab: date {name}", "timestamp_malformed", dated(date)) for name, date in wrong_dates.items()),
        skylab_refused("skylab: two dates", "timestamp_repeated", [signature, timestamp, timestamp]),
        skylab_refused("skylab: two dates joined", "timestamp_repeated", [signature, [timestamp[0], f"{DATE}, {DATE}"]]),
        skylab_refused("skylab: no date", "timestamp_missing", [signature]),
        skylab_refused("skylab: unsigned", "signature_missing", []),
        skylab_refused("skylab: the same moment in another form", "signature_mismatch",
                       [signature, [timestamp[0], "Fri Jan  2 03:04:05 2026"]]),
        skylab_refused("skylab: body printed again", "signature_mismatch", [signature, timestamp], reprinted),
        skylab_refused("skylab: url-safe base64", "signature_malformed",
                       spoiled(base64.urlsafe_b64encode(b"\xff" * 32).decode())),
        skylab_refused("skylab: without padding", "signature_malformed", spoiled(text.rstrip("="))),
        skylab_refused("skylab: with too much padding", "signature_malformed", spoiled(text + "=")),
        skylab_refused("skylab: truncated", "signature_malformed", spoiled(text[:-4])),
        skylab_refused("skylab: empty signature", "signature_malformed", spoiled("")),
        skylab_refused("skylab: in hexadecimal", "signature_malformed", spoiled(base64.b64decode(text).hex())),
        skylab_refused("skylab: very long", "signature_malformed", spoiled("A" * 20000)),
        skylab_refused("skylab: with a letter beyond ASCII", "signature_malformed", spoiled("é" + text[1:])),
        skylab_refused("skylab: two signatures", "signature_repeated", [signature, signature, timestamp]),
    ]


# Scale Headshots: tokens made by PyJWT.

SCALE_SECRET = "sandbox-scale-secret-of-thirty-two-bytes-and-more-for-all-algorithms"
SHORT = b'{"topic":"SUBMISSION_COMPLETE","submission_id":"sub_1"}'
LONG = b'{"topic":"SUBMISSION_COMPLETE","submission_id":"sub_1","studio_id":"stu_1","contact_id":"ctn_1"}'


def token(claims, algorithm="HS256", secret=SCALE_SECRET, headers=None):
    return [["X-Authenticity-Token", jwt.encode(claims, secret, algorithm=algorithm, headers=headers)]]


def raw_token(header, payload, secret=SCALE_SECRET):
    """A token that PyJWT refuses to make."""
    def part(data): return base64.urlsafe_b64encode(data).rstrip(b"=")
    signed = part(header) + b"." + part(payload)
    signature = part(hmac.new(secret.encode(), signed, hashlib.sha256).digest())
    return [["X-Authenticity-Token", (signed + b"." + signature).decode()]]


def scale_vectors():
    fresh = {"iat": NOW, "exp": NOW + 300}
    read = {"type": "SUBMISSION_COMPLETE", "submissionId": "sub_1", "studioId": None, "contactId": None, "other": {}}

    def accepted(name, headers, at=NOW, body=SHORT, **more):
        verdict = {"scheme": "jwt", "signedAt": at, "secretIndex": 0, "coversBody": False}
        return vector("scale", f"scale: {name}", [SCALE_SECRET], headers, body, accepted=verdict, **more)

    def refused(name, code, headers, body=SHORT, **more):
        return vector("scale", f"scale: {name}", [SCALE_SECRET], headers, body, refused=code, **more)

    whole = token(fresh)[0][1]
    header, payload, signature = whole.split(".")
    h256 = b'{"alg":"HS256","typ":"JWT"}'

    def spelled(text): return [["X-Authenticity-Token", text]]

    return [
        accepted("short form", token(fresh), event=read),
        accepted("long form, and claims that name its fields", token(fresh | json.loads(LONG)), body=LONG,
                 event=read | {"studioId": "stu_1", "contactId": "ctn_1"}),
        accepted("no claims", token({}), at=None, tokens={"acceptTimelessTokens": True}),
        accepted("HS384", token(fresh, "HS384"), scheme="HS384"),
        accepted("HS512", token(fresh, "HS512"), scheme="HS512"),
        accepted("expired less than the tolerance ago", token({"iat": NOW - 400, "exp": NOW - 59}), at=NOW - 400),
        accepted("issued ahead by the tolerance", token({"iat": NOW + 60, "nbf": NOW + 60}), at=NOW + 60),
        accepted("no type", raw_token(b'{"alg":"HS256"}', b"{}"), at=None, tokens={"acceptTimelessTokens": True}),
        accepted("type in small letters", token(fresh, headers={"typ": "jwt"})),
        accepted("a time with a fraction", raw_token(h256, b'{"iat":1767323045.75}')),
        accepted("a body that is no JSON, without claims about it", token(fresh), body=b"\xff", eventRefused="event_not_json"),
        accepted("an unknown topic", token(fresh), body=b'{"topic":"X","a":1}', event={
            "type": "X", "submissionId": None, "studioId": None, "contactId": None, "other": {"a": 1}}),
        accepted("a topic without a submission", token(fresh), body=b'{"topic":"SUBMISSION_COMPLETE"}',
                 eventRefused="event_field_missing"),
        refused("expired", "token_expired", token({"exp": NOW - 60})),
        refused("not yet valid", "token_not_yet_valid", token({"nbf": NOW + 61})),
        refused("issued in the future", "timestamp_in_future", token({"iat": NOW + 61})),
        refused("expiry in milliseconds", "claim_malformed", token({"exp": NOW * 1000})),
        refused("expiry as text", "claim_malformed", raw_token(h256, b'{"exp":"1767323345"}')),
        refused("expiry below zero", "claim_malformed", raw_token(h256, b'{"exp":-1}')),
        refused("expiry with an exponent", "claim_malformed", raw_token(h256, b'{"exp":1e9}')),
        refused("expiry null", "claim_malformed", raw_token(h256, b'{"exp":null}')),
        refused("another submission's token", "claim_mismatch", token(fresh | {"submission_id": "sub_2"})),
        refused("a claim that the body lacks", "claim_mismatch", token(fresh | {"studio_id": "stu_1"})),
        refused("a claim about a body that is no JSON", "claim_mismatch", token(fresh | {"topic": "X"}), b"X"),
        refused("another secret", "signature_mismatch", token(fresh, secret=SCALE_SECRET[::-1])),
        refused("alg none", "algorithm_refused", token(fresh, "none", None)),
        refused("alg none with a signature", "algorithm_refused", raw_token(b'{"alg":"none"}', b"{}")),
        refused("alg None", "algorithm_refused", raw_token(b'{"alg":"None"}', b"{}")),
        refused("HS512 where HS256 is demanded", "algorithm_refused", token(fresh, "HS512")),
        refused("HS256 where HS512 is demanded", "algorithm_refused", token(fresh), scheme="HS512"),
        refused("RS256 by name", "algorithm_refused", raw_token(b'{"alg":"RS256"}', b"{}")),
        refused("alg in small letters", "algorithm_refused", raw_token(b'{"alg":"hs256"}', b"{}")),
        refused("no alg", "algorithm_refused", raw_token(b'{"typ":"JWT"}', b"{}")),
        refused("alg that is no text", "token_malformed", raw_token(b'{"alg":["HS256"]}', b"{}")),
        refused("alg twice", "token_malformed", raw_token(b'{"alg":"none","alg":"HS256"}', b"{}")),
        refused("header that is no object", "token_malformed", raw_token(b'["HS256"]', b"{}")),
        refused("header after a byte order mark", "token_malformed", raw_token(b"\xef\xbb\xbf" + h256, b"{}")),
        refused("crit", "extension_refused", raw_token(b'{"alg":"HS256","crit":["exp"]}', b"{}")),
        refused("crit, empty", "extension_refused", raw_token(b'{"alg":"HS256","crit":[]}', b"{}")),
        refused("another type", "token_type_refused", token(fresh, headers={"typ": "at+jwt"})),
        refused("a type that is no text", "token_type_refused", raw_token(b'{"alg":"HS256","typ":1}', b"{}")),
        refused("a claim twice", "claims_malformed", raw_token(h256, b'{"exp":1,"exp":1767323345}')),
        refused("claims that are no object", "claims_malformed", raw_token(h256, b'"foo"')),
        refused("claims nested 10,000 deep", "token_malformed",
                raw_token(h256, b'{"a":' + b"[" * 10000 + b"]" * 10000 + b"}")),
        refused("claims nested 100 deep", "claims_malformed",
                raw_token(h256, b'{"a":' + b"[" * 100 + b"]" * 100 + b"}")),
        refused("two parts", "token_malformed", spelled(f"{header}.{payload}")),
        refused("four parts", "token_malformed", spelled(f"{whole}.{signature}")),
        refused("a dot after it", "token_malformed", spelled(f"{whole}.")),
        refused("no signature", "signature_mismatch", spelled(f"{header}.{payload}.")),
        refused("no payload", "signature_mismatch", spelled(f"{header}..{signature}")),
        refused("no header", "token_malformed", spelled(f".{payload}.{signature}")),
        refused("padding", "token_malformed", spelled(f"{whole}=")),
        refused("a letter of the other base64", "token_malformed", spelled(f"{header}.{payload}.+{signature[1:]}")),
        refused("unused bits set", "token_malformed", spelled(whole[:-1] + chr(ord(whole[-1]) + 1))),
        refused("a word before it", "token_malformed", spelled(f"Bearer {whole}")),
        refused("half a signature", "signature_mismatch", spelled(f"{header}.{payload}.{signature[:22]}"[:-1] + "A")),
        refused("empty", "token_malformed", spelled("")),
        refused("beyond ASCII", "token_malformed", spelled(f"é{whole}")),
        refused("very long", "token_malformed", spelled("A" * 20000)),
        refused("missing", "signature_missing", []),
        refused("twice", "signature_repeated", token(fresh) * 2),
        refused("twice in one", "signature_repeated", spelled(f"{whole}, {whole}")),
    ]


# Standard Webhooks: signed by its own package.

WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_WEBHOOK_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
WEBHOOK_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
WEBHOOK_BODY = '{"type":"session.updated","timestamp":"2026-01-02T03:04:05Z","data":{"session":"ses_1","name":"Zoë"}}'


def webhook_headers(at=NOW, secret=WEBHOOK_SECRET, id=WEBHOOK_ID):
    signature = Webhook(secret).sign(id, datetime.fromtimestamp(at, timezone.utc), WEBHOOK_BODY)
    return [["webhook-id", id], ["webhook-timestamp", str(at)], ["webhook-signature", signature]]


def webhook_vectors():
    body = WEBHOOK_BODY.encode()
    id, timestamp, signature = webhook_headers()
    other = webhook_headers(secret=OTHER_WEBHOOK_SECRET)[2][1]
    right = signature[1]

    def accepted(name, headers, at=NOW, index=0, secrets=(WEBHOOK_SECRET,), **more):
        verdict = {"scheme": "v1", "signedAt": at, "secretIndex": index}
        name = f"standardwebhooks: {name}"
        return vector("standardwebhooks", name, list(secrets), headers, body, accepted=verdict, **more)

    def refused(name, code, headers, secrets=(WEBHOOK_SECRET,)):
        return vector("standardwebhooks", f"standardwebhooks: {name}", list(secrets), headers, body, refused=code)

    def signed(text): return [id, timestamp, [signature[0], text]]

    return [
        accepted("genuine", webhook_headers(), event={
            "type": "session.updated", "timestamp": "2026-01-02T03:04:05Z", "data": {"session": "ses_1", "name": "Zoë"}, "other": {}}),
        accepted("a secret without its prefix", webhook_headers(), secrets=[WEBHOOK_SECRET.removeprefix("whsec_")]),
        accepted("the second of two secrets", webhook_headers(), index=1, secrets=[OTHER_WEBHOOK_SECRET, WEBHOOK_SECRET]),
        accepted("the second of two signatures", signed(f"{other} {right}")),
        accepted("two signatures, both right", signed(f"{other} {right}"), secrets=[OTHER_WEBHOOK_SECRET, WEBHOOK_SECRET]),
        accepted("beside signatures of other versions", signed(f"v1a,abc v2,{right[3:]} {right}")),
        accepted("as old as the tolerance", webhook_headers(NOW - 300), at=NOW - 300),
        refused("too old", "timestamp_too_old", webhook_headers(NOW - 301)),
        refused("in the future", "timestamp_in_future", webhook_headers(NOW + 301)),
        refused("another secret", "signature_mismatch", webhook_headers(secret=OTHER_WEBHOOK_SECRET)),
        refused("another id", "signature_mismatch", [["webhook-id", "msg_2"], timestamp, signature]),
        refused("only another version", "signature_malformed", signed("v1a,abc")),
        refused("another version with the right bytes", "signature_malformed", signed(f"v2,{right[3:]}")),
        refused("no version", "signature_malformed", signed(right[3:])),
        refused("nothing after the version", "signature_malformed", signed("v1,")),
        refused("partial", "signature_malformed", signed(right[:8])),
        refused("one of two spoiled", "signature_malformed", signed(f"{right} v1,abc")),
        refused("two spaces between", "signature_malformed", signed(f"{other}  {right}")),
        refused("joined by a comma", "signature_malformed", signed(f"{right},{right}")),
        refused("two headers", "signature_repeated", [id, timestamp, signature, signature]),
        refused("two headers joined", "signature_repeated", signed(f"{right}, {right}")),
        refused("no signature", "signature_missing", [id, timestamp]),
        refused("no timestamp", "timestamp_missing", [id, signature]),
        refused("timestamp that is a word", "timestamp_malformed", [id, ["webhook-timestamp", "hello"], signature]),
        refused("no id", "id_missing", [timestamp, signature]),
        refused("two ids", "id_repeated", [id, id, timestamp, signature]),
        refused("empty id", "id_malformed", [["webhook-id", ""], timestamp, signature]),
        refused("id with a dot", "id_malformed", webhook_headers(id="msg_1.2")),
        refused("id with a space", "id_malformed", webhook_headers(id="msg 1")),
        refused("id beyond ASCII", "id_malformed", webhook_headers(id="msg_é")),
        refused("id of 257 letters", "id_malformed", webhook_headers(id="m" * 257)),
        refused("empty secret", "secret_empty", webhook_headers(), ["whsec_"]),
        refused("secret that is no base64", "secret_malformed", webhook_headers(), ["whsec_not base64"]),
    ]


VECTORS = [*skylab_vectors(), *scale_vectors(), *webhook_vectors()]
lines = ",\n".join(json.dumps(made) for made in VECTORS)
print(f"[\n{lines}\n]")
