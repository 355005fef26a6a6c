"""Prints bad-input.json: what Skylab, Scale Headshots and Standard Webhooks would never send, signed with Python's hmac."""

import base64
import hashlib
import hmac
import json

NOW = 1767323045
DATE = "Fri, 02 Jan 2026 03:04:05 GMT"
SKYLAB_SECRET = "sandbox-skylab-secret"
SCALE_SECRET = "sandbox-scale-secret"
WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
DEEP = b'{"type":"a","topic":"a","x":' + b"[" * 10000 + b"]" * 10000 + b"}"


def tag(key, signed):
    return hmac.new(key, signed, hashlib.sha256).digest()


def vector(provider, name, secrets, headers, body, **verdict):
    made = {"provider": provider, "name": f"{provider}: {name}", "secrets": secrets, "now": NOW, "headers": headers}
    try:
        made["body"] = body.decode()
    except UnicodeDecodeError:
        made["bodyBase64"] = base64.b64encode(body).decode()
    return made | verdict


# Skylab

JOB = b'{"id":42,"state":"complete"}'


def skylab_headers(body=JOB, date=DATE):
    signature = base64.b64encode(tag(SKYLAB_SECRET.encode(), date.encode() + b":" + body)).decode()
    return [["X-Skylab-Signature", signature], ["X-Skylab-Timestamp", date]]


def skylab_vectors():
    signature, timestamp = skylab_headers()

    def refused(name, code, headers, secrets=(SKYLAB_SECRET,)):
        return vector("skylab", name, list(secrets), headers, JOB, refused=code)

    def read(name, body, **more):
        accepted = {"scheme": "dated", "signedAt": NOW, "secretIndex": 0}
        return vector("skylab", name, [SKYLAB_SECRET], skylab_headers(body), body, accepted=accepted, **more)

    def xml(name, body, **more):
        """Readers without XML, as the npm package is, take the delivery for genuine, and its body for no JSON."""
        return read(name, body, eventRefusedWithoutXml="event_not_json", **more)

    dates = {
        "negative": f"-{NOW}", "huge": "9" * 400, "over-long": "9" * 9000, "with a fraction": f"{NOW}.5",
        "in milliseconds": f"{NOW}000", "beyond ASCII": "Fri, 0² Jan 2026 03:04:05 GMT",
    }
    laughs = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a><id type="integer">42</id><state>&c;</state></a>'
    return [
        *(refused(f"date {name}", "timestamp_malformed", skylab_headers(date=date)) for name, date in dates.items()),
        refused("base64 of 31 bytes", "signature_malformed", [[signature[0], base64.b64encode(b"\xff" * 31).decode()], timestamp]),
        refused("an empty secret", "secret_empty", [signature, timestamp], [""]),
        read("nested 10,000 deep", DEEP, eventRefused="event_too_deep"),
        xml("a job in XML", b'<job><id type="integer">42</id><state>complete</state></job>'),
        xml("XML with entities of its own", laughs, eventRefused="event_document_type"),
        xml("XML with a file for an entity", b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&f;</a>',
            eventRefused="event_document_type"),
        xml("XML with an entity that nobody declared", b'<a><id type="integer">42</id><state>&b;</state></a>',
            eventRefused="event_not_xml"),
        xml("XML nested 10,000 deep", b"<a>" * 10000 + b"</a>" * 10000, eventRefused="event_too_deep"),
    ]


# Scale Headshots

SUBMISSION = b'{"topic":"SUBMISSION_COMPLETE","submission_id":"sub_1"}'


def token(claims=b'{"iat":1767323045}', header=b'{"alg":"HS256","typ":"JWT"}', alphabet=base64.urlsafe_b64encode, pad=b""):
    def part(data): return alphabet(data).rstrip(b"=") + pad
    signed = part(header) + b"." + part(claims)
    return [["X-Authenticity-Token", (signed + b"." + part(tag(SCALE_SECRET.encode(), signed))).decode()]]


def members(count, first=b'"iat":1767323045'):
    return b"{" + b",".join([first] + [b'"%d":0' % number for number in range(1, count)]) + b"}"


def scale_vectors():
    def refused(name, code, headers, secrets=(SCALE_SECRET,), **more):
        return vector("scale", name, list(secrets), headers, SUBMISSION, refused=code, **more)

    def read(name, body, **more):
        return told(name, token(), body, **more)

    def told(name, headers, body=SUBMISSION, at=NOW, **more):
        accepted = {"scheme": "jwt", "signedAt": at, "secretIndex": 0, "coversBody": False}
        return vector("scale", name, [SCALE_SECRET], headers, body, accepted=accepted, **more)

    of_another = token(b'{"iat":1767323045,"submission_id":"sub_2"}')
    old = token(b'{"iat":1767322445}')

    return [
        refused("signed with padding in every part", "token_malformed", token(pad=b"=")),
        refused("signed in the other base64", "token_malformed",
                token(b'{"iat":1767323045,"a":"\xc3\xbf\xc3\xbf?>"}', alphabet=base64.b64encode)),
        refused("claims that are not UTF-8", "claims_malformed", token(b'{"iat":1767323045,"a":"\xff"}')),
        refused("empty claims", "claims_malformed", token(b"")),
        refused("129 claims", "claims_malformed", token(members(129))),
        refused("129 members in its header", "token_malformed", token(header=members(129, b'"alg":"HS256"'))),
        refused("an unknown claim twice", "claims_malformed", token(b'{"a":1,"iat":1767323045,"a":1}')),
        refused("a claim twice, once with an escape", "claims_malformed", token(b'{"iat":1767323045,"i\\u0061t":1}')),
        refused("issued at a huge number", "claim_malformed", token(b'{"iat":' + b"9" * 400 + b"}")),
        refused("issued in milliseconds", "claim_malformed", token(b'{"iat":1767323045000}')),
        refused("issued before the epoch", "claim_malformed", token(b'{"iat":-1767323045}')),
        refused("a type of another kind of token", "token_type_refused", token(header=b'{"alg":"HS256","typ":"dpop+jwt"}')),
        refused("an unknown type that ends as the known one", "token_type_refused", token(header=b'{"alg":"HS256","typ":"x/jwt"}')),
        refused("an empty secret", "secret_empty", token(), [""]),
        refused("neither issued nor expiring", "claim_missing", token(b"{}")),
        refused("neither issued nor expiring, but valid from some time on", "claim_missing", token(b'{"nbf":1767323045}')),
        told("neither issued nor expiring, where that is accepted", token(b"{}"), at=None, tokens={"acceptTimelessTokens": True}),
        told("expiring, but not issued", token(b'{"exp":1767323345}'), at=None),
        refused("of another submission", "claim_mismatch", of_another),
        told("of another submission, where claims are not compared", of_another, tokens={"compareClaims": False}),
        told("issued 600 s ago", old, at=NOW - 600),
        refused("issued 600 s ago, older than is accepted", "timestamp_too_old", old, tokens={"maxAgeSeconds": 500}),
        refused("not issued, where there is a greatest age", "claim_missing", token(b'{"exp":1767323345}'), tokens={"maxAgeSeconds": 500}),
        read("an empty body", b"", eventRefused="event_not_json"),
        read("nested 10,000 deep", DEEP, eventRefused="event_too_deep"),
    ]


# Standard Webhooks

WEBHOOK = b'{"type":"a.b","timestamp":"2026-01-02T03:04:05Z","data":{}}'


def webhook_headers(body=WEBHOOK, at=str(NOW), encoded=base64.b64encode):
    key = base64.b64decode(WEBHOOK_SECRET.removeprefix("whsec_"))
    signature = encoded(tag(key, f"msg_1.{at}.".encode() + body)).decode()
    return [["webhook-id", "msg_1"], ["webhook-timestamp", at], ["webhook-signature", f"v1,{signature}"]]


def webhook_vectors():
    id, timestamp, signature = webhook_headers()
    right = signature[1]

    def refused(name, code, headers):
        return vector("standardwebhooks", name, [WEBHOOK_SECRET], headers, WEBHOOK, refused=code)

    def read(name, body, **more):
        accepted = {"scheme": "v1", "signedAt": NOW, "secretIndex": 0}
        return vector("standardwebhooks", name, [WEBHOOK_SECRET], webhook_headers(body), body, accepted=accepted, **more)

    times = {
        "negative": f"-{NOW}", "most negative of 64 bits": str(-(2**63)), "huge": "9" * 400, "over-long": "9" * 9000,
        "with a fraction": f"{NOW}.5", "in milliseconds": f"{NOW}000", "as a date": "2026-01-02T03:04:05Z", "beyond ASCII": f"{NOW}²", "empty": "",
    }
    written = {
        "in hexadecimal": "v1," + tag(b"key", WEBHOOK).hex(), "url-safe base64": "v1," + "-_" + right[5:],
        "without padding": right.rstrip("="), "with too much padding": right + "=", "truncated": right[:-4],
        "very long": right + "A" * 9000, "with a letter beyond ASCII": "v1,é" + right[4:], "empty": "",
    }
    return [
        *(refused(f"timestamp {name}", "timestamp_malformed", webhook_headers(at=at)) for name, at in times.items()),
        *(refused(f"signature {name}", "signature_malformed", [id, timestamp, [signature[0], text]]) for name, text in written.items()),
        refused("two timestamps", "timestamp_repeated", [id, timestamp, timestamp, signature]),
        read("not UTF-8", b"\xff\xfe", eventRefused="event_not_json"),
        read("an empty body", b"", eventRefused="event_not_json"),
        read("nested 10,000 deep", DEEP, eventRefused="event_too_deep"),
    ]


VECTORS = [*skylab_vectors(), *scale_vectors(), *webhook_vectors()]
lines = ",\n".join(json.dumps(made) for made in VECTORS)
print(f"[\n{lines}\n]")
