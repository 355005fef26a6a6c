"""Makes explain.json: real deliveries, one known mistake made with each. Run: python3 explain.py > explain.json"""

import base64
import hashlib
import hmac
import json
import sys

SECRET = "0123456789abcdef" * 4
NOW = 1767323050
SIGNED_AT = "1767323045"
SIGNATURE = "X-HeadshotPro-Signature"
TIMESTAMP = "X-HeadshotPro-Timestamp"

EVENT = {
    "id": "evt_00000000-0000-4000-8000-000000000001",
    "event": "model.favorite_selected",
    "createdAt": "2026-01-02T03:04:05.000Z",
    "objectType": "model",
    "object": {"_id": "65a000000000000000000001", "title": "Zoë <Ωmega> 📷", "status": "active", "isDevelopment": False},
    "favoritePhoto": {"id": "p1", "urls": {"pfp": "https://cdn.example.test/a.png?x=1&y=2"}, "size": [1.50, 12]},
}
BODY = json.dumps(EVENT, separators=(",", ":"), ensure_ascii=False)
vectors = []


def mac(secret, signed):
    return hmac.new(raw(secret), raw(signed), hashlib.sha256).digest()


def raw(text):
    return text.encode() if isinstance(text, str) else text


def signature(body=BODY, secret=SECRET, timestamp=SIGNED_AT, prefix="sha256="):
    return prefix + mac(secret, raw(timestamp) + b"." + raw(body)).hex()


def vector(name, codes, body=BODY, secrets=(SECRET,), headers=None, now=NOW, scheme=None, provider="headshotpro"):
    """A delivery as received; whatever is not given is as it should be."""
    pairs = headers if headers is not None else [[SIGNATURE, signature()], [TIMESTAMP, SIGNED_AT]]
    made = {"name": name, "provider": provider, "now": now, "headers": pairs, "findings": codes}
    if scheme:
        made["scheme"] = scheme
    texts = [secret for secret in secrets if isinstance(secret, str)]
    if len(texts) == len(secrets):
        made["secrets"] = texts
    else:
        made["secretsBase64"] = [base64.b64encode(raw(secret)).decode() for secret in secrets]
    try:
        made["body"] = body if isinstance(body, str) else body.decode()
    except UnicodeDecodeError:
        made["bodyBase64"] = base64.b64encode(body).decode()
    vectors.append(made)


def signed(value, timestamp=SIGNED_AT):
    return [[SIGNATURE, value], [TIMESTAMP, timestamp]]


vector("a genuine delivery", [])
vector("a genuine delivery, signed over the body alone", [], headers=[[SIGNATURE, "sha256=" + mac(SECRET, BODY).hex()]], scheme="auto")

# The secret.
vector("no secret", ["secret_missing"], secrets=())
vector("an empty secret", ["secret_missing"], secrets=("",))
vector("a newline after the secret", ["secret_white_space"], secrets=(SECRET + "\n",))
vector("a space before the secret, among others", ["secret_white_space"], secrets=("of-an-unrelated-endpoint", " " + SECRET))
vector("quotes around the secret", ["secret_quoted"], secrets=(f'"{SECRET}"',))
vector("quotes and a newline around the secret", ["secret_white_space", "secret_quoted"], secrets=(f"'{SECRET}'\r\n",))
vector("a line of an env file", ["secret_prefixed"], secrets=(f"HEADSHOTPRO_WEBHOOK_SECRET={SECRET}",))
vector("whsec_ before the secret", ["secret_prefixed"], secrets=("whsec_" + SECRET,))
vector("two secrets in one text", ["secret_joined"], secrets=(f"a-newer-secret {SECRET}",))
vector("two secrets in one text, with a bar between", ["secret_joined"], secrets=(f"a-newer-secret|{SECRET}",))
vector("v1,whsec_ before the secret", ["secret_prefixed"], secrets=("v1,whsec_" + SECRET,))
vector("a byte order mark before the secret", ["secret_recoded"], secrets=(SECRET.encode("utf-8-sig"),))
vector("the secret in UTF-16, as PowerShell writes it", ["secret_recoded", "secret_white_space"], secrets=((SECRET + "\r\n").encode("utf-16"),))
vector("the secret in UTF-16 of the other order of bytes, without a mark", ["secret_recoded"], secrets=(SECRET.encode("utf-16-be"),))
vector("the secret in upper case", ["secret_letter_case"], secrets=(SECRET.upper(),))
vector("the sender decoded the secret from hexadecimal", ["secret_hex_decoded"], headers=signed(signature(secret=bytes.fromhex(SECRET))))
vector("the receiver decoded the secret from hexadecimal", ["secret_hex_decoded"], secrets=(bytes.fromhex(SECRET),))
vector("the sender decoded the secret from base64", ["secret_base64_decoded"], headers=signed(signature(secret=base64.b64decode(SECRET))))
BASE64 = base64.b64encode(b"a secret of 24 bytes at all").decode()
vector("the receiver decoded the secret from base64", ["secret_base64_decoded"], headers=signed(signature(secret=BASE64)), secrets=(base64.b64decode(BASE64),))

# The scheme.
BODY_ONLY = "sha256=" + mac(SECRET, BODY).hex()
vector("signed over the body alone, without a timestamp", ["scheme_other"], headers=[[SIGNATURE, BODY_ONLY]])
vector("signed over the body alone, with a timestamp", ["scheme_other"], headers=signed(BODY_ONLY), scheme="auto")
vector("signed over timestamp and body, where the body alone is expected", ["scheme_other"], scheme="body")
vector("the body alone, signed with the decoded secret", ["scheme_other", "secret_hex_decoded"], headers=[[SIGNATURE, "sha256=" + mac(bytes.fromhex(SECRET), BODY).hex()]])

# The headers.
vector("no headers of the provider", ["header_missing", "header_missing"], headers=[["Host", "example.test"], ["Content-Type", "application/json"]])
vector("the timestamp is missing", ["header_missing"], headers=[[SIGNATURE, signature()]])
vector("headers named as CGI names them", ["header_renamed", "header_renamed"], headers=[["HTTP_X_HEADSHOTPRO_SIGNATURE", signature()], ["HTTP_X_HEADSHOTPRO_TIMESTAMP", SIGNED_AT]])
vector("a letter is missing in a header's name", ["header_renamed"], headers=[["X-HeadshotPro-Signatur", signature()], [TIMESTAMP, SIGNED_AT]])
vector("a gateway renamed the signature", ["header_renamed"], headers=[["X-Original-X-HeadshotPro-Signature", signature()], [TIMESTAMP, SIGNED_AT]])
vector("the signature twice", ["header_repeated"], headers=[[SIGNATURE, signature()], [SIGNATURE, signature()], [TIMESTAMP, SIGNED_AT]])
vector("the signature twice in one header", ["header_repeated"], headers=signed(f"{signature()}, {signature()}"))
vector("the timestamp twice", ["header_repeated"], headers=[[SIGNATURE, signature()], [TIMESTAMP, SIGNED_AT], [TIMESTAMP, "0"]])

# The signature.
TAG = mac(SECRET, f"{SIGNED_AT}.{BODY}")
vector("a space after the signature", ["signature_white_space"], headers=signed(signature() + " "))
vector("the prefix is missing", ["signature_prefix"], headers=signed(signature(prefix="")))
vector("another prefix", ["signature_prefix"], headers=signed(signature(prefix="v1=")))
vector("the signature in upper case", ["signature_letter_case"], headers=signed("sha256=" + TAG.hex().upper()))
vector("the signature in base64", ["signature_encoding"], headers=signed("sha256=" + base64.b64encode(TAG).decode()))
vector("the signature in base64 for addresses", ["signature_encoding"], headers=signed("sha256=" + base64.urlsafe_b64encode(TAG).decode().rstrip("=")))
vector("the signature in base64 without its prefix", ["signature_prefix", "signature_encoding"], headers=signed(base64.b64encode(TAG).decode()))
vector("the signature is cut off", ["signature_form"], headers=signed(signature()[:-2]))
vector("the signature is masked", ["signature_form"], headers=signed("sha256=***"))

# Time.
MILLISECONDS = SIGNED_AT + "123"
vector("the timestamp in milliseconds, and signed so", ["timestamp_milliseconds"], headers=signed(signature(timestamp=MILLISECONDS), MILLISECONDS))
vector("the timestamp made milliseconds on the way", ["timestamp_milliseconds"], headers=signed(signature(), MILLISECONDS))
vector("a timestamp with a fraction", ["timestamp_form"], headers=signed(signature(), SIGNED_AT + ".5"))
vector("a timestamp in words", ["timestamp_form"], headers=signed(signature(timestamp="2026-01-02T03:04:05Z"), "2026-01-02T03:04:05Z"))
vector("a space before the timestamp", ["timestamp_form"], headers=signed(signature(), " " + SIGNED_AT))
vector("the clock is an hour ahead", ["clock_ahead"], now=NOW + 3600)
vector("the clock is an hour behind", ["clock_behind"], now=NOW - 3600)
vector("the clock counts milliseconds", ["clock_milliseconds"], now=NOW * 1000)

# The body.
vector("printed again by Python", ["body_reserialized"], body=json.dumps(json.loads(BODY)))
vector("printed again for people", ["body_reserialized"], body=json.dumps(json.loads(BODY), indent=2, ensure_ascii=False))
RAILS = BODY.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
vector("& < > were escaped", ["body_reserialized"], headers=signed(signature(RAILS)))
PYTHON = json.dumps(EVENT)
vector("signed as Python prints, and printed again", ["body_reserialized"], headers=signed(signature(PYTHON)))
PHP = json.dumps(EVENT, separators=(",", ":")).replace("/", "\\/")
vector("signed as PHP prints, and printed again", ["body_reserialized"], headers=signed(signature(PHP)))
vector("printed again, and a newline got lost", ["body_reserialized", "body_newline_removed"], headers=signed(signature(PYTHON + "\n")))
vector("printed again, verified with a newline after the secret", ["secret_white_space", "body_reserialized"], body=json.dumps(json.loads(BODY)), secrets=(SECRET + "\n",))
vector("printed again in alphabetical order", ["body_fields_sorted"], body=json.dumps(json.loads(BODY), sort_keys=True, separators=(",", ":")))
vector("a newline was added", ["body_newline_added"], body=BODY + "\n")
vector("a newline was removed", ["body_newline_removed"], headers=signed(signature(BODY + "\n")))
LINES = "{\n  'not': 'JSON'\n}\n"
vector("line ends became those of Windows", ["body_line_ends"], body=LINES.replace("\n", "\r\n"), headers=signed(signature(LINES)))
vector("line ends became those of Unix", ["body_line_ends"], body=LINES, headers=signed(signature(LINES.replace("\n", "\r\n"))))
vector("a byte order mark was added", ["body_mark_added"], body=BODY.encode("utf-8-sig"))
vector("a byte order mark was removed", ["body_mark_removed"], headers=signed(signature(BODY.encode("utf-8-sig"))))
vector("the body was printed as a JSON text", ["body_quoted"], body=json.dumps(BODY))
vector("the body in base64", ["body_base64"], body=base64.b64encode(BODY.encode()).decode())
COMPRESSED = bytes.fromhex("1f8b0800000000000203ab564a2d4bcd2b51b252cacd4f49cdd12bc8c82fc92f8e2f4a4d4ca954d251ca4fca4a4d06ca562bc567a68014192ad5d60200967028b534000000")
vector("compressed, and signed before", ["body_compressed"], body=COMPRESSED)
vector("compressed, and signed so", [], body=COMPRESSED, headers=signed(signature(COMPRESSED)))
vector("compressed by zstd, and signed before", ["body_compressed"], body=bytes.fromhex("28b52ffd2000010000"))
vector("the bytes were read as Latin-1", ["body_recoded"], body=BODY.encode().decode("latin-1"))
vector("the body was written in Latin-1", ["body_recoded"], body="{\"title\":\"Zoë\"}".encode("latin-1"), headers=signed(signature("{\"title\":\"Zoë\"}")))
vector("letters got lost", ["body_recoded"], body=BODY.encode("ascii", "replace").decode().replace("?", "\ufffd"))
vector("the timestamp is in front of the body", ["body_with_timestamp"], body=f"{SIGNED_AT}.{BODY}")
vector("the body was a parsed object", ["body_parsed"], body="[object Object]")
vector("the body is Node's Buffer, printed", ["body_parsed"], body=json.dumps({"type": "Buffer", "data": list(BODY.encode())}, separators=(",", ":")))
vector("the body was read before", ["body_empty"], body="")
vector("the body alone is signed, and is no object", ["body_not_object"], body="[]", headers=[[SIGNATURE, "sha256=" + mac(SECRET, "[]").hex()]], scheme="body")

# The other providers, and the mistakes that only their schemes allow.
DATE = "Fri, 02 Jan 2026 03:04:05 GMT"
JOB = '{"accountId":1,"id":42,"name":"demo >","state":"complete","photoDownloadUrls":{"a.jpg":"https://example.test/a.jpg?x=1&y=2"}}'


def skylab(name, codes, change=lambda tag: base64.b64encode(tag).decode(), signed_body=JOB, body=JOB, date=DATE, key="sandbox-skylab-secret", **more):
    value = change(mac(key, f"{date}:{signed_body}"))
    headers = [["X-Skylab-Signature", value], ["X-Skylab-Timestamp", date]]
    vector(name, codes, body=body, headers=headers, secrets=("sandbox-skylab-secret",), provider="skylab", **more)


skylab("Skylab, genuine", [])
skylab("Skylab, the escapes of Rails got lost", ["body_reserialized"], signed_body=JOB.replace("&", "\\u0026").replace(">", "\\u003e"))
skylab("Skylab, base64 for addresses", ["signature_url_safe"], lambda tag: base64.urlsafe_b64encode(tag).decode())
skylab("Skylab, base64 without padding", ["signature_padding"], lambda tag: base64.b64encode(tag).decode().rstrip("="))
skylab("Skylab, in hexadecimal", ["signature_encoding"], bytes.hex)
skylab("Skylab, the clock is a day behind", ["clock_behind"], now=NOW - 86400)
skylab("Skylab, a date in another form", ["timestamp_form"], date="2026-01-02T03:04:05Z")
vector("a delivery of Skylab", ["provider_other"], body=JOB, headers=[["X-Skylab-Signature", "AAAA"], ["X-Skylab-Timestamp", DATE]])
vector("a delivery of HeadshotPro", ["provider_other"], provider="skylab")

KEY = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def standard(name, codes, key=KEY, secrets=(WHSEC,), prefix="v1,", id="msg_1", **more):
    value = prefix + base64.b64encode(mac(key, f"{id}.{SIGNED_AT}.{BODY}")).decode()
    headers = [["webhook-id", id], ["webhook-timestamp", SIGNED_AT], ["webhook-signature", value]]
    vector(name, codes, headers=headers, secrets=secrets, provider="standardwebhooks", **more)


standard("Standard Webhooks, genuine", [])
standard("Standard Webhooks, the secret with v1, in front, genuine", [], secrets=("v1," + WHSEC,))
standard("Standard Webhooks, two such secrets with a bar between", ["secret_joined"], secrets=(f"v1,whsec_YSBuZXdlciBrZXk=|v1,{WHSEC}",))
standard("Standard Webhooks, the secret was not decoded", ["secret_not_decoded"], key=WHSEC)
standard("Standard Webhooks, the secret was not decoded, without whsec_", ["secret_not_decoded"], key=WHSEC[6:])
standard("Standard Webhooks, the receiver decoded the secret", ["secret_base64_decoded"], secrets=(KEY,))
PADDED = base64.b64encode(b"a key of 19 bytes..").decode()
standard("Standard Webhooks, the secret lost its padding", ["secret_form"], key=b"a key of 19 bytes..", secrets=("whsec_" + PADDED.rstrip("="),))
standard("Standard Webhooks, a newline after the secret", ["secret_white_space"], secrets=(WHSEC + "\n",))
standard("Standard Webhooks, the prefix is missing", ["signature_prefix"], prefix="")
standard("Standard Webhooks, an id with a space", ["id_form"], id="msg 1")


def token(name, codes, claims, body=None, secret="sandbox-scale-secret", header=None, **more):
    part = lambda fields: base64.urlsafe_b64encode(json.dumps(fields, separators=(",", ":")).encode()).decode().rstrip("=")
    signed = part(header or {"alg": "HS256", "typ": "JWT"}) + "." + part(claims)
    value = signed + "." + base64.urlsafe_b64encode(mac(secret, signed)).decode().rstrip("=")
    prefix = more.pop("prefix", "")
    body = body or '{"topic":"SUBMISSION_COMPLETE","submission_id":"sub_1"}'
    vector(name, codes, body=body, headers=[["X-Authenticity-Token", prefix + value]], secrets=("sandbox-scale-secret",), provider="scale", **more)


CLAIMS = {"iat": 1767323045, "exp": 1767323345, "submission_id": "sub_1"}
token("Scale, genuine", [], CLAIMS)
token("Scale, expired", ["clock_ahead"], CLAIMS, now=NOW + 3600)
token("Scale, not yet valid", ["clock_behind"], CLAIMS | {"nbf": 1767330000})
token("Scale, of another submission", ["token_claim"], CLAIMS | {"submission_id": "sub_2"})
token("Scale, another algorithm", ["token_algorithm"], CLAIMS, header={"alg": "HS1"})
token("Scale, another type", ["token_form"], CLAIMS, header={"alg": "HS256", "typ": "at+jwt"})
token("Scale, with Bearer in front", ["signature_prefix"], CLAIMS, prefix="Bearer ")
token("Scale, signed with the decoded secret", ["secret_base64_decoded"], CLAIMS, secret=base64.urlsafe_b64decode("sandbox-scale-secret"))
vector("Scale, cut off", ["token_form"], body="{}", headers=[["X-Authenticity-Token", "eyJhbGciOiJIUzI1NiJ9"]], provider="scale")

# What nobody can know.
vector("the secret of another endpoint", ["unknown"], secrets=("of-an-unrelated-endpoint",))
vector("the body was changed", ["unknown"], body=BODY.replace("active", "failed"))

json.dump(vectors, sys.stdout, ensure_ascii=False, indent=0)
print()
