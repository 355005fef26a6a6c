"""Prints declared.json: deliveries under schemes that their receiver declares, signed with Python's hmac."""

import base64
import hashlib
import hmac
import json
from email.utils import formatdate

NOW = 1767323045
SECRET = "acme-signing-secret"
OTHER_SECRET = "acme-signing-secret-of-last-year"
WHSEC = "whsec_" + base64.b64encode(b"\x00\xff\xfe raw bytes that are no text \x80").decode()
BODY = '{"kind":"shoot.done","name":"Zoë & 📷"}'.encode()
EVENT = {"kind": "shoot.done", "name": "Zoë & 📷"}
SIGNATURE, TIMESTAMP, ID = "X-Acme-Signature", "X-Acme-Timestamp", "X-Acme-Id"
ENCODINGS = {
    "hex": lambda tag: tag.hex(),
    "base64": lambda tag: base64.b64encode(tag).decode(),
    "base64url": lambda tag: base64.urlsafe_b64encode(tag).decode().rstrip("="),
}


def acme(signed="{body}", **settings):
    """A declaration, as JavaScript's `new Verifier` takes it."""
    return {"provider": "acme", "signatureHeader": SIGNATURE, "signed": signed} | settings


STAMPED = acme("v0:{timestamp}:{body}", prefix="v0=", timestampHeader=TIMESTAMP)
MILLIS = acme("{timestamp}.{body}", timestampHeader=TIMESTAMP, timestampFormat="unix-millis", encoding="base64url")
DATED = acme("{timestamp}{body}", timestampHeader=TIMESTAMP, timestampFormat="http-date", encoding="base64")
NUMBERED = acme("{id}|{timestamp}|{body}", timestampHeader=TIMESTAMP, idHeader=ID)
LISTED = acme("{body}", prefix="v1,", severalSignatures=True, encoding="base64")


def signature(declaration, body=BODY, at="", id="", secret=SECRET):
    key = base64.b64decode(secret.removeprefix("whsec_")) if declaration.get("secretForm") == "whsec" else secret.encode()
    # The body comes last into the template, for it may hold what looks like a part of one.
    before, after = declaration["signed"].split("{body}")
    def filled(text): return text.replace("{timestamp}", at).replace("{id}", id).encode()
    tag = hmac.new(key, filled(before) + body + filled(after), hashlib.sha256).digest()
    return declaration.get("prefix", "") + ENCODINGS[declaration.get("encoding", "hex")](tag)


def signed(declaration, body=BODY, at="", id="", **more):
    """The headers of a genuine delivery."""
    headers = [[SIGNATURE, signature(declaration, body, at, id, **more)]]
    if "timestampHeader" in declaration:
        headers.append([TIMESTAMP, at])
    if "idHeader" in declaration:
        headers.append([ID, id])
    return headers


def vector(name, declaration, headers, body=BODY, secrets=(SECRET,), **more):
    made = {"provider": declaration, "name": f"declared: {name}", "secrets": list(secrets), "now": NOW, "headers": headers}
    try:
        made["body"] = body.decode()
    except UnicodeDecodeError:
        made["bodyBase64"] = base64.b64encode(body).decode()
    return made | more


def accepted(name, declaration, headers, body=BODY, at=None, index=0, secrets=(SECRET,), **more):
    verdict = {"provider": "acme", "scheme": "declared", "signedAt": at, "secretIndex": index}
    if body == BODY:
        more |= {"event": EVENT}
    return vector(name, declaration, headers, body, secrets, accepted=verdict, **more)


def refused(name, code, declaration, headers, body=BODY, secrets=(SECRET,), **more):
    return vector(name, declaration, headers, body, secrets, refused=code, **more)


def genuine():
    stamp, date = str(NOW), formatdate(NOW, usegmt=True)
    old, new = signature(LISTED, secret=OTHER_SECRET), signature(LISTED)
    whsec = acme(secretForm="whsec", encoding="base64")
    objects = acme("{timestamp}{body}", timestampHeader=TIMESTAMP, jsonObjectOnly=True)
    github = {"provider": "acme", "signatureHeader": "X-Hub-Signature-256", "signed": "{body}", "prefix": "sha256="}
    documented = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    return [
        accepted("hexadecimal over the body", acme(), signed(acme())),
        accepted("base64", acme(encoding="base64"), signed(acme(encoding="base64"))),
        accepted("url-safe base64", acme(encoding="base64url"), signed(acme(encoding="base64url"))),
        accepted("prefix and Unix seconds", STAMPED, signed(STAMPED, at=stamp), at=NOW),
        accepted("Unix milliseconds", MILLIS, signed(MILLIS, at=f"{stamp}999"), at=NOW),
        accepted("an HTTP date", DATED, signed(DATED, at=date), at=NOW),
        accepted("an HTTP date of C's asctime", DATED, signed(DATED, at="Fri Jan  2 03:04:05 2026"), at=NOW),
        accepted("id and timestamp", NUMBERED, signed(NUMBERED, at=stamp, id="evt.1"), at=NOW),
        accepted("body before timestamp", (d := acme("{body}.{timestamp}", timestampHeader=TIMESTAMP)), signed(d, at=stamp), at=NOW),
        accepted("digits that touch a JSON object", objects, signed(objects, at=stamp), at=NOW),
        accepted("one signature of a list", LISTED, signed(LISTED)),
        accepted("the second of two signatures", LISTED, [[SIGNATURE, f"{old} {new}"]]),
        accepted("beside signatures of another version", LISTED, [[SIGNATURE, f"v0,abc {new} v2,"]]),
        accepted("the second of two secrets", LISTED, [[SIGNATURE, new]], index=1, secrets=(OTHER_SECRET, SECRET)),
        accepted("a secret of raw bytes in base64", whsec, signed(whsec, secret=WHSEC), secrets=(WHSEC,)),
        accepted("a secret of raw bytes without its prefix", whsec, signed(whsec, secret=WHSEC), secrets=(WHSEC[6:],)),
        accepted("a body that looks like a template", acme(), signed(acme(), b"{timestamp}{id}{body}"), b"{timestamp}{id}{body}",
                 eventRefused="event_not_json"),
        accepted("a body that is not UTF-8", acme(), signed(acme(), b"\xff\x00"), b"\xff\x00", eventRefused="event_not_json"),
        accepted("an empty body", acme(), signed(acme(), b""), b"", eventRefused="event_not_json"),
        accepted("nested 10,000 deep", acme(), signed(acme(), (deep := b'{"a":' + b"[" * 10000 + b"]" * 10000 + b"}")), deep,
                 eventRefused="event_too_deep"),
        accepted("the example of GitHub's documentation", github, [["X-Hub-Signature-256", documented]], b"Hello, World!",
                 secrets=("It's a Secret to Everybody",), eventRefused="event_not_json"),
        accepted("as old as a tolerance of 10 s", STAMPED, signed(STAMPED, at=str(NOW - 10)), at=NOW - 10, tolerance=10),
    ]


def spoiled():
    stamp = str(NOW)
    right, base = signature(acme()), signature(acme(encoding="base64"))
    url_safe = signature(acme(encoding="base64url"))
    objects = acme(jsonObjectOnly=True)
    whsec = acme(secretForm="whsec")
    _, timestamp, id = signed(NUMBERED, at=stamp, id="evt.1")
    def numbered(id): return signed(NUMBERED, at=stamp, id=id)
    def written(text): return [[SIGNATURE, text]]
    def malformed(name, declaration, text): return refused(name, "signature_malformed", declaration, written(text))
    def stamped(name, declaration, at): return refused(name, "timestamp_malformed", declaration, signed(declaration, at=at))
    return [
        refused("another secret", "signature_mismatch", acme(), signed(acme(), secret=OTHER_SECRET)),
        refused("another body", "signature_mismatch", acme(), signed(acme()), BODY + b"\n"),
        refused("no signature", "signature_missing", acme(), []),
        refused("two signatures", "signature_repeated", acme(), written(right) * 2),
        refused("two signatures joined", "signature_repeated", acme(), written(f"{right}, {right}")),
        refused("two headers of a list", "signature_repeated", LISTED, signed(LISTED) * 2),
        malformed("two signatures with a space where one is accepted", acme(), f"{right} {right}"),
        malformed("two spaces in a list", LISTED, f"{signature(LISTED)}  {signature(LISTED)}"),
        malformed("one of a list spoiled", LISTED, f"{signature(LISTED)} v1,abc"),
        malformed("an empty signature", acme(), ""),
        malformed("hexadecimal cut short", acme(), right[:-1]),
        malformed("hexadecimal without the prefix", acme(prefix="v0="), right),
        refused("hexadecimal in upper case", "signature_uppercase", acme(), written(right.upper())),
        malformed("base64 without its padding", acme(encoding="base64"), base.rstrip("=")),
        malformed("base64 with too much padding", acme(encoding="base64"), base + "="),
        malformed("base64 cut short", acme(encoding="base64"), base[:-4]),
        malformed("base64 with letters of the url-safe one", acme(encoding="base64"), "-_" + base[2:]),
        malformed("url-safe base64 with padding", acme(encoding="base64url"), url_safe + "="),
        malformed("url-safe base64 with letters of the usual one", acme(encoding="base64url"), "+/" + url_safe[2:]),
        malformed("over-long", acme(), "0" * 9000),
        malformed("beyond ASCII", acme(), "é" + right[1:]),
        refused("too old", "timestamp_too_old", STAMPED, signed(STAMPED, at=str(NOW - 301))),
        refused("too old for a tolerance of 10 s", "timestamp_too_old", STAMPED, signed(STAMPED, at=str(NOW - 11)), tolerance=10),
        refused("in the future", "timestamp_in_future", MILLIS, signed(MILLIS, at=f"{NOW + 301}000")),
        refused("no timestamp", "timestamp_missing", STAMPED, signed(STAMPED, at=stamp)[:1]),
        refused("two timestamps", "timestamp_repeated", STAMPED, [*signed(STAMPED, at=stamp), [TIMESTAMP, stamp]]),
        stamped("negative seconds", STAMPED, f"-{stamp}"),
        stamped("seconds with a fraction", STAMPED, f"{stamp}.5"),
        stamped("huge seconds", STAMPED, "9" * 400),
        stamped("over-long seconds", STAMPED, "9" * 9000),
        stamped("milliseconds where seconds are declared", STAMPED, f"{stamp}000"),
        stamped("a date where seconds are declared", STAMPED, "Fri Jan  2 03:04:05 2026"),
        stamped("seconds where a date is declared", DATED, stamp),
        stamped("a date in RFC 3339 where one of HTTP is declared", DATED, "2026-01-02T03:04:05Z"),
        stamped("milliseconds of 15 digits", MILLIS, "1" * 15),
        refused("no id", "id_missing", NUMBERED, [*signed(NUMBERED, at=stamp, id="evt.1")[:1], timestamp]),
        refused("two ids", "id_repeated", NUMBERED, [*numbered("evt.1"), id]),
        refused("an id with its border in it", "id_malformed", NUMBERED, numbered("evt|1")),
        refused("an empty id", "id_malformed", NUMBERED, numbered("")),
        refused("an id of 257 letters", "id_malformed", NUMBERED, numbered("i" * 257)),
        refused("an id beyond ASCII", "id_malformed", NUMBERED, numbered("évt")),
        refused("an array where an object is demanded", "body_not_object", objects, signed(objects, b"[1]"), b"[1]"),
        refused("an empty secret", "secret_empty", acme(), signed(acme()), secrets=("",)),
        refused("no secret", "secrets_missing", acme(), signed(acme()), secrets=()),
        refused("an empty secret in base64", "secret_empty", whsec, signed(acme()), secrets=("whsec_",)),
        refused("a secret that is no base64", "secret_malformed", whsec, signed(acme()), secrets=("whsec_?",)),
        refused("a scheme of another name", "scheme_unknown", acme(), signed(acme()), scheme="timestamped"),
    ]


def without_promise():
    """Declarations that make no scheme; no delivery is looked at."""
    stamped = {"timestampHeader": TIMESTAMP}
    made = {
        "declared_provider_empty": [acme(provider="")],
        "declared_header_invalid": [acme(signatureHeader=""), acme(signatureHeader="X Signature"), acme(signatureHeader="X-Signatüre")],
        "declared_header_repeated": [acme("{timestamp}.{body}", timestampHeader=SIGNATURE.lower())],
        "declared_header_unsigned": [acme(**stamped), acme(idHeader=ID)],
        "declared_header_missing": [acme("{timestamp}.{body}"), acme("{id}.{body}")],
        "declared_prefix_invalid": [acme(prefix="v1 "), acme(prefix="v1,"), acme(prefix="é=")],
        "declared_template_malformed": [acme("{body"), acme("body}"), acme("{Body}"), acme("{url}{body}")],
        "declared_template_repeats": [acme("{body}{body}"), acme("{timestamp}.{timestamp}.{body}", **stamped)],
        "declared_body_unsigned": [acme(""), acme("{timestamp}.", **stamped)],
        "declared_template_ambiguous": [acme("{timestamp}{body}", **stamped), acme("{id}{body}", idHeader=ID)],
        "declared_encoding_unknown": [acme(encoding="base32")],
        "declared_timestamp_unknown": [acme("{timestamp}.{body}", timestampFormat="iso", **stamped)],
        "declared_secret_unknown": [acme(secretForm="hex")],
    }
    return [refused(f"{code} {place}", code, declaration, []) for code, all in made.items() for place, declaration in enumerate(all)]


VECTORS = [*genuine(), *spoiled(), *without_promise()]
lines = ",\n".join(json.dumps(made) for made in VECTORS)
print(f"[\n{lines}\n]")
