"""An S3 storage: moto, behind a check of signatures and digests by botocore, Amazon's own signer.

Prints the address that it listens on, and ends when its input does. Takes the names of its buckets as arguments.
"""

import base64
import datetime
import hashlib
import io
import json
import os
import sys
import threading
from urllib.parse import parse_qs, unquote

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import WSGIRequestHandler, make_server

KEY_ID, SECRET, TOKEN = (os.environ[name] for name in ("S3_KEY_ID", "S3_SECRET", "S3_TOKEN"))
BACKEND = s3_backends["123456789012"]["aws"]
BEHIND = "/-/objects/"


class Silent(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_):
        pass


class Refused(Exception):
    def __init__(self, status, code):
        self.status, self.code = status, code


def check_signature(environ):
    target = environ["RAW_URI"]
    path, _, query = target.partition("?")
    said = {name: values[0] for name, values in parse_qs(query).items()}
    if "X-Amz-Signature" not in said:
        raise Refused("403 Forbidden", "AccessDenied")
    key_id, _, region, service, _ = said["X-Amz-Credential"].split("/")
    if key_id != KEY_ID:
        raise Refused("403 Forbidden", "InvalidAccessKeyId")
    token = said.get("X-Amz-Security-Token")
    if token not in (None, TOKEN):
        raise Refused("400 Bad Request", "InvalidToken")
    signed_at = datetime.datetime.strptime(said["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    age = (datetime.datetime.now(datetime.timezone.utc) - signed_at).total_seconds()
    if not -900 < age < int(said["X-Amz-Expires"]):
        raise Refused("403 Forbidden", "AccessDenied")
    query = "&".join(part for part in query.split("&") if not part.startswith("X-Amz-Signature="))
    names = said["X-Amz-SignedHeaders"].split(";")
    headers = {name: environ["HTTP_" + name.upper().replace("-", "_")] for name in names}
    if "HTTP_CONTENT_MD5" in environ and "content-md5" not in names:
        raise Refused("403 Forbidden", "AccessDenied")
    request = AWSRequest(environ["REQUEST_METHOD"], f"http://{headers['host']}{path}?{query}", headers)
    request.context["timestamp"] = said["X-Amz-Date"]
    signer = S3SigV4QueryAuth(Credentials(KEY_ID, SECRET, token), service, region)
    expected = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    if expected != said["X-Amz-Signature"]:
        raise Refused("403 Forbidden", "SignatureDoesNotMatch")


def check_body(environ):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length)
    if len(body) < length:
        raise Refused("400 Bad Request", "IncompleteBody")
    digest = base64.b64encode(hashlib.md5(body).digest()).decode()
    if environ.get("HTTP_CONTENT_MD5", digest) != digest:
        raise Refused("400 Bad Request", "BadDigest")
    environ["wsgi.input"] = io.BytesIO(body)


def behind(environ):
    """For the tests alone: PUT writes an object, GET lists what is below a prefix with the SHA-256 of each."""
    bucket, _, name = unquote(environ["RAW_URI"]).removeprefix(BEHIND).partition("/")
    if environ["REQUEST_METHOD"] == "PUT":
        BACKEND.put_object(bucket, name, environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    keys = BACKEND.buckets[bucket].keys.items()
    return {key[len(name):]: hashlib.sha256(kept.value).hexdigest() for key, kept in keys if key.startswith(name)}


class Checked:
    def __init__(self, storage):
        self.storage = storage

    def __call__(self, environ, start_response):
        if environ["RAW_URI"].startswith(BEHIND):
            body = json.dumps(behind(environ)).encode()
            start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
            return [body]
        try:
            check_signature(environ)
            check_body(environ)
        except Refused as refused:
            body = f"<?xml version='1.0'?><Error><Code>{refused.code}</Code><Message>{SECRET}</Message></Error>".encode()
            start_response(refused.status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
            return [body]
        return self.storage(environ, start_response)


def main():
    for bucket in sys.argv[1:]:
        BACKEND.create_bucket(bucket, "us-east-1")
    application = Checked(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.read()


main()
