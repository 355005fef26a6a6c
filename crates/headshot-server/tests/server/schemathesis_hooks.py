"""What the requests of schemathesis need to come further than to the first refusal, and to come back soon."""

import hashlib
import hmac
import json
import os
import time

import schemathesis

SECRET = os.environ["HEADSHOTPRO_WEBHOOK_SECRET"].encode()
SESSIONS_OF_UPLOADS = json.loads(os.environ["SESSIONS_OF_UPLOADS"])


@schemathesis.hook
def before_call(context, case, kwargs):
    path = case.path_parameters or {}
    if path.get("upload") in SESSIONS_OF_UPLOADS:
        path["id"] = SESSIONS_OF_UPLOADS[path["upload"]]
    wait = (case.query or {}).get("wait")
    if isinstance(wait, int) and 0 < wait < 2**63:
        case.query["wait"] = 0
    if case.path == "/v1/webhooks/{provider}" and isinstance(case.body, (dict, list)):
        sign(case)


def sign(case):
    """As HeadshotPro does."""
    case.body, now = json.dumps(case.body).encode(), str(int(time.time()))
    tag = hmac.new(SECRET, now.encode() + b"." + case.body, hashlib.sha256).hexdigest()
    case.headers["X-HeadshotPro-Timestamp"] = now
    case.headers["X-HeadshotPro-Signature"] = f"sha256={tag}"
