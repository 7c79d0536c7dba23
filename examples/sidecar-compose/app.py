"""An application that knows no Phoenix: it receives events by webhook and pushes over HTTP, with the standard library only."""

import base64
import hashlib
import hmac
import json
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections import OrderedDict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SIDECAR = os.environ.get("SIDECAR", "http://127.0.0.1:4100")
PORT = int(os.environ.get("PORT", "8000"))
SECRET_FILE = os.environ.get("SECRET_FILE", "/run/secrets/webhook_secret")

# A captured request is worth nothing after this many seconds (Standard Webhooks).
TOLERANCE = 300
# How many ids of events that are done are remembered; a real application keeps them where it keeps its work.
REMEMBERED = 10_000
MAX_BODY = 1 << 20

done: "OrderedDict[str, None]" = OrderedDict()
lock = threading.Lock()


def say(*words):
    print(*words, flush=True)


def secrets():
    """Read at each use: while a secret is replaced the file holds both, one a line."""
    with open(SECRET_FILE, encoding="ascii") as file:
        for line in filter(None, map(str.strip, file)):
            if line.startswith("whsec_"):
                yield base64.b64decode(line[len("whsec_") :])
            else:
                yield line.encode()


def is_signed(headers, body):
    """https://www.standardwebhooks.com: HMAC-SHA256 over id.timestamp.body; any of the signatures will do."""
    id_, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > TOLERANCE:
        return False
    signed = f"{id_}.{timestamp}.".encode() + body
    given = headers.get("webhook-signature", "").split()
    return any(
        hmac.compare_digest(signature, "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode())
        for key in secrets()
        for signature in given
        if signature.isascii()
    )


def handle(event):
    """One CloudEvent. An event may come twice, with the same id: it is worked on once, and answered alike each time."""
    with lock:
        if event["id"] not in done:
            work_on(event)
            done[event["id"]] = None
            if len(done) > REMEMBERED:
                done.popitem(last=False)
    return pushes_after(event)


def work_on(event):
    say(event["type"], event.get("subject"), json.dumps(event.get("data")))


def pushes_after(event):
    """The sidecar makes these before it calls the event done, each once however often the event comes."""
    if event["type"] == "phx.update" and event["data"]["number"] % 5 == 0:
        payload = {"seen": event["data"]["number"]}
        # It is broadcast and never answered: a sidecar that is told to stop should not wait long for a reply.
        return [{"topic": "ping:audit", "event": "bcast", "payload": payload, "timeout": "1s"}]
    return []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A peer that sends nothing is dropped.
    timeout = 60

    def do_GET(self):
        self.answer(200 if self.path == "/healthz" else 404, {})

    def do_POST(self):
        if self.path != "/phx/events":
            self.close_connection = True
            return self.answer(404, {})
        length = self.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > MAX_BODY:
            self.close_connection = True
            return self.answer(413, {})
        body = self.rfile.read(int(length))
        if not is_signed(self.headers, body):
            return self.answer(401, {})
        try:
            push = handle(json.loads(body))
        except Exception as error:  # Whatever it was, the sidecar sends the event again later.
            say("error", repr(error))
            return self.answer(200, {"status": "RETRY"})
        self.answer(200, {"status": "SUCCESS", "push": push})

    def answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Each request would be a line."""


def push(topic, event, payload, key):
    """Sends a push and returns the reply. The key makes it safe to ask again: the same push is never made twice."""
    request = urllib.request.Request(
        SIDECAR + "/v1/push?wait=reply&timeout=10s",
        data=json.dumps({"topic": topic, "event": event, "payload": payload}).encode(),
        headers={"content-type": "application/json", "idempotency-key": key},
    )
    with urllib.request.urlopen(request, timeout=15) as response:
        return json.load(response)


def greet():
    """Until the sidecar is up and the channel is joined it refuses; then the reply of Phoenix comes back."""
    key = str(uuid.uuid4())
    while True:
        try:
            reply = push("ping:audit", "echo", {"hello": "from Python"}, key)
            return say("reply", json.dumps(reply["response"]))
        except urllib.error.HTTPError as error:
            say("not yet:", error.code, error.read().decode())
        except OSError as error:
            say("not yet:", error)
        time.sleep(1)


def stop(*_):
    # As the first process of a container it has no default for SIGTERM.
    sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
    server.daemon_threads = True
    say("listening", server.server_port)
    threading.Thread(target=greet, daemon=True).start()
    server.serve_forever()
