"""Prints python.json: deliveries signed with Python's hmac, genuine and spoiled in one way each."""

import base64
import hashlib
import hmac
import json

SECRET = "0123456789abcdef" * 4
OTHER_SECRET = "fedcba9876543210" * 4
NOW = 1767323045
BODY = (
    b'{"id":"evt_00000000-0000-4000-8000-000000000002","event":"model.status.updated",'
    b'"createdAt":"2026-01-02T03:04:05.000Z","objectType":"model",'
    b'"object":{"_id":"65a000000000000000000001","title":"Zo\xc3\xab & \xf0\x9f\x93\xb7","status":"pending"}}'
)
SIGNATURE_HEADER = "X-HeadshotPro-Signature"
TIMESTAMP_HEADER = "X-HeadshotPro-Timestamp"


def tag(secret, signed):
    key = secret if isinstance(secret, bytes) else secret.encode()
    return hmac.new(key, signed, hashlib.sha256).digest()


def timestamped(body=BODY, at=NOW, secret=SECRET):
    """The two headers of a delivery signed over timestamp and body."""
    at = str(at)
    signature = "sha256=" + tag(secret, at.encode() + b"." + body).hex()
    return [[SIGNATURE_HEADER, signature], [TIMESTAMP_HEADER, at]]


def body_only(body=BODY, secret=SECRET):
    """The one header of a delivery signed over its body."""
    return [[SIGNATURE_HEADER, "sha256=" + tag(secret, body).hex()]]


def written(change, body=BODY):
    """A genuine delivery whose signature is written in another way."""
    (name, signature), timestamp = timestamped(body)
    return [[name, change(signature)], timestamp]


def vector(name, headers, body=BODY, secrets=(SECRET,), scheme=None, **verdict):
    made = {"name": name, "secrets": list(secrets), "now": NOW, "headers": headers}
    if scheme:
        made["scheme"] = scheme
    try:
        made["body"] = body.decode()
        # A reader of text may drop a byte order mark.
        if made["body"].startswith("\ufeff"):
            raise ValueError
    except ValueError:
        made.pop("body", None)
        made["bodyBase64"] = base64.b64encode(body).decode()
    return made | verdict


def accepted(name, headers, body=BODY, at=NOW, index=0, used="timestamped", **more):
    verdict = {"accepted": {"scheme": used, "signedAt": at, "secretIndex": index}}
    return vector(name, headers, body, **verdict, **more)


def refused(name, code, headers, body=BODY, **more):
    return vector(name, headers, body, refused=code, **more)


def genuine_whatever_the_bytes():
    spaced = b'{ "event" : "model.created", "object" : { "_id" : "m", "weight" : 1.0 } }\n'
    bodies = {
        "spaces, a float and a line feed at the end": (spaced, {}),
        "a byte order mark first": (b"\xef\xbb\xbf" + BODY, {}),
        "escapes that a JSON writer would not repeat": (BODY.replace(b"&", b"\\u0026"), {}),
        "replacement patterns": (BODY.replace(b"&", b"$& $1 $$ %s {}"), {}),
        "not UTF-8": (b"\xff\xfe\x00\x01", {"eventRefused": "event_not_json"}),
        "not JSON": (b"<job><id>1</id></job>", {"eventRefused": "event_not_json"}),
        "an array": (b"[1]", {"eventRefused": "event_not_object"}),
        "empty": (b"", {"eventRefused": "event_not_json"}),
        "64 KiB": (BODY[:-1] + b',"note":"' + b"x" * (65536 - len(BODY) - 10) + b'"}', {}),
    }
    return [accepted(f"genuine body: {name}", timestamped(body), body, **more) for name, (body, more) in bodies.items()]


def secrets():
    key = "pass phrase with ünïcode "
    return [
        accepted("signed with the second of two secrets", timestamped(), index=1, secrets=[OTHER_SECRET, SECRET]),
        accepted("a secret with spaces and letters beyond ASCII", timestamped(secret=key), secrets=[key]),
        refused("signed with another secret", "signature_mismatch", timestamped(secret=OTHER_SECRET)),
        refused("an empty secret", "secret_empty", timestamped(secret=""), secrets=[""]),
        refused("an empty secret beside the right one", "secret_empty", timestamped(), secrets=[SECRET, ""]),
        refused("no secret", "secrets_missing", timestamped(), secrets=[]),
        refused("signed with the decoded secret", "signature_mismatch", timestamped(secret=bytes.fromhex(SECRET))),
        refused("signed with a line feed after the secret", "signature_mismatch", timestamped(secret=SECRET + "\n")),
    ]


def times():
    def malformed(name, text):
        return refused(f"timestamp {name}", "timestamp_malformed", timestamped(at=text))

    return [
        accepted("exactly as old as the tolerance", timestamped(at=NOW - 300), at=NOW - 300),
        accepted("exactly as far ahead as the tolerance", timestamped(at=NOW + 300), at=NOW + 300),
        refused("a second older than the tolerance", "timestamp_too_old", timestamped(at=NOW - 301)),
        refused("a second further ahead than the tolerance", "timestamp_in_future", timestamped(at=NOW + 301)),
        refused("timestamp 0", "timestamp_too_old", timestamped(at=0)),
        refused("the greatest timestamp", "timestamp_in_future", timestamped(at=99999999999)),
        malformed("in milliseconds", NOW * 1000),
        malformed("negative", -NOW),
        malformed("most negative of 64 bits", -(2**63)),
        malformed("huge", "9" * 400),
        malformed("over-long", "9" * 9000),
        malformed("with a digit beyond ASCII", f"{NOW}²"),
        malformed("with a fraction", f"{NOW}.0"),
        malformed("with letters after it", f"{NOW}x"),
        malformed("with a plus sign", f"+{NOW}"),
        malformed("with a space in it", f"{NOW} 0"),
        malformed("in hexadecimal", hex(NOW)),
        malformed("as a date", "2026-01-02T03:04:05Z"),
        malformed("empty", ""),
        refused("old and forged: the signature is looked at first", "signature_mismatch",
                timestamped(at=0, secret=OTHER_SECRET)),
        refused("timestamp changed after signing", "signature_mismatch",
                [timestamped()[0], [TIMESTAMP_HEADER, str(NOW + 1)]]),
    ]


def writings():
    base = base64.b64encode(tag(SECRET, str(NOW).encode() + b"." + BODY)).decode()
    malformed = {
        "without its prefix": lambda s: s.removeprefix("sha256="),
        "with another prefix": lambda s: s.replace("sha256", "sha1"),
        "with its prefix in upper case": lambda s: s.replace("sha256", "SHA256"),
        "one character short": lambda s: s[:-1],
        "one byte short": lambda s: s[:-2],
        "followed by letters": lambda s: s + "zz",
        "followed by another byte": lambda s: s + "00",
        "with a letter that is not hexadecimal": lambda s: s[:-1] + "g",
        "with a letter beyond ASCII": lambda s: s[:-1] + "é",
        "in base64": lambda _: "sha256=" + base,
        "in url-safe base64": lambda _: "sha256=" + base.replace("+", "-").replace("/", "_"),
        "prefix alone": lambda _: "sha256=",
        "empty": lambda _: "",
        "very long": lambda s: s + "0" * 10000,
    }
    signature, timestamp = timestamped()
    return [
        *(refused(f"signature {name}", "signature_malformed", written(change)) for name, change in malformed.items()),
        refused("signature in upper case", "signature_uppercase", written(lambda s: "sha256=" + s[7:].upper())),
        refused("signature in mixed case", "signature_uppercase",
                written(lambda s: "sha256=" + s[7:20].upper() + s[20:])),
        refused("signature joined with a second one", "signature_repeated", written(lambda s: f"{s}, {s}")),
        refused("signature header twice", "signature_repeated", [signature, signature, timestamp]),
        refused("signature header twice, in two cases", "signature_repeated",
                [signature, [SIGNATURE_HEADER.lower(), signature[1]], timestamp]),
        refused("timestamp header twice", "timestamp_repeated", [signature, timestamp, timestamp]),
        refused("timestamp joined with a second one", "timestamp_repeated",
                [signature, [TIMESTAMP_HEADER, f"{NOW},{NOW}"]]),
        refused("signature missing", "signature_missing", [timestamp]),
        refused("no headers", "signature_missing", []),
        accepted("header names in capitals", [[name.upper(), value] for name, value in timestamped()]),
        accepted("header names in lower case", [[name.lower(), value] for name, value in timestamped()]),
    ]


def bodies():
    reprinted = json.dumps(json.loads(BODY)).encode()
    return [
        refused("body printed again by a JSON writer", "signature_mismatch", timestamped(), reprinted),
        refused("body with a line feed added", "signature_mismatch", timestamped(), BODY + b"\n"),
        refused("body cut short", "signature_mismatch", timestamped(), BODY[:-1]),
        refused("body gone", "signature_mismatch", timestamped(), b""),
    ]


def schemes():
    stamped = str(NOW).encode() + b"." + BODY
    unstamped = {"at": None, "used": "body"}
    return [
        refused("body-only delivery under the default", "timestamp_missing", body_only()),
        accepted("body-only delivery under auto", body_only(), scheme="auto", **unstamped),
        accepted("body-only delivery under body", body_only(), scheme="body", **unstamped),
        accepted("timestamped delivery under auto", timestamped(), scheme="auto"),
        refused("timestamped delivery under body", "signature_mismatch", timestamped(), scheme="body"),
        refused("body-only signature beside a timestamp under auto: no second chance", "signature_mismatch",
                [*body_only(), [TIMESTAMP_HEADER, str(NOW)]], scheme="auto"),
        accepted("body-only signature beside a timestamp under body", [*body_only(), [TIMESTAMP_HEADER, str(NOW)]],
                 scheme="body", **unstamped),
        refused("signed bytes of a timestamped delivery sent as a body", "body_not_object", body_only(stamped),
                stamped, scheme="auto"),
        refused("body-only delivery of an array", "body_not_object", body_only(b"[1]"), b"[1]", scheme="body"),
        refused("body-only delivery of nothing", "body_not_object", body_only(b""), b"", scheme="body"),
        accepted("body-only delivery after white space", body_only(b" \r\n\t" + BODY), b" \r\n\t" + BODY,
                 scheme="body", **unstamped),
    ]


VECTORS = [*genuine_whatever_the_bytes(), *secrets(), *times(), *writings(), *bodies(), *schemes()]
lines = ",\n".join(json.dumps(made) for made in VECTORS)
print(f"[\n{lines}\n]")
