"""Uses the sandbox as an integrator uses Skylab, by Skylab's own package, and prints what came of it as JSON."""

import asyncio
import contextlib
import json
import os
import pathlib
import queue
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import sentry_sdk

# The package would report every run to its vendor.
sentry_sdk.init = lambda *_, **__: None

import pyvips
import requests
from skylab_studio import api

FOLDER = pathlib.Path(os.environ["FOLDER"])
SECRET = os.environ["SECRET"]
URL = os.environ["SKYLAB_API_URL"]
PATIENCE = 60


class Callbacks(BaseHTTPRequestHandler):
    """Takes what the sandbox sends."""

    received = queue.Queue()

    def do_PATCH(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.received.put((body, self.headers["X-Skylab-Timestamp"], self.headers["X-Skylab-Signature"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def is_genuine(client, callback):
    body, timestamp, signature = callback
    return client.validate_hmac_headers(SECRET, body, timestamp, signature)


def state(callback):
    return json.loads(callback[0])["state"]


def session(client):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Callbacks)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    callback_url = f"http://127.0.0.1:{server.server_port}/callback"
    seen = {}

    profile = client.create_profile({"name": "Retouch", "enable_crop": False, "enable_retouch": True})
    changed = client.update_profile(profile["id"], {"name": "Retouch teeth", "enable_teeth": True})
    listed = [known["name"] for known in client.list_profiles()]
    seen["profile"] = {"made": profile["name"], "changed": changed["name"], "listed": listed}

    job = client.create_job({"name": "people", "profile_id": profile["id"]})
    uploads = [client.upload_job_photo(str(FOLDER / name), job["id"]) for name in ("first.jpg", "second.png")]
    seen["uploads"] = [upload["upload_response"] for upload in uploads]
    photos = client.get_job_photos("id", job["id"])
    seen["photos"] = [photo["name"] for photo in photos]
    seen["found_by_name"] = client.get_job_by_name({"name": "people"})["id"] == job["id"]
    seen["in_front"] = client.fetch_jobs_in_front(job["id"])["jobsInFront"]

    client.queue_job(job["id"], {"callback_url": callback_url})
    callbacks = [Callbacks.received.get(timeout=PATIENCE) for _ in range(2)]
    seen["callbacks"] = [[state(callback), is_genuine(client, callback)] for callback in callbacks]
    body, timestamp, signature = callbacks[1]
    seen["changed_callback_is_genuine"] = is_genuine(client, (body + " ", timestamp, signature))

    delivery = requests.get(f"{URL}/sandbox/deliveries?session={job['id']}").json()["deliveries"][0]["id"]
    requests.post(f"{URL}/sandbox/deliveries/{delivery}/resend", json={"flaw": "stale"}).raise_for_status()
    seen["stale_callback_is_genuine"] = is_genuine(client, Callbacks.received.get(timeout=PATIENCE))

    results = FOLDER / "results"
    results.mkdir()
    downloaded = asyncio.run(client.download_all_photos(photos, profile, str(results)))
    sizes = [(name, pyvips.Image.new_from_file(str(results / name))) for name in downloaded["success_photos"]]
    seen["downloaded"] = {name: [image.width, image.height] for name, image in sizes}

    other = client.create_job({"name": "regretted", "profile_id": profile["id"]})
    client.upload_job_photo(str(FOLDER / "first.jpg"), other["id"])
    client.queue_job(other["id"], {"callback_url": callback_url})
    assert state(Callbacks.received.get(timeout=PATIENCE)) == "queued"
    seen["cancelled"] = client.cancel_job(other["id"])["state"]

    seen["wrong_key"] = api("wrong").list_jobs()
    seen["invalid"] = client.create_job({"name": "people", "profile_id": profile["id"]})
    client.delete_job(job["id"])
    seen["deleted_job"] = client.get_job(job["id"])
    return seen


# What the package prints is not ours to read.
with contextlib.redirect_stdout(sys.stderr):
    outcome = session(api("sandbox-skylab-key"))
print(json.dumps(outcome))
