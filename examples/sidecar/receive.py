"""Takes the events of the sidecar, checks that they are its own, and says how far it is before each join."""

import base64
import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET_FILE = os.environ.get("SECRET_FILE", "./webhook_secret")
# A captured request is worth nothing after this many seconds.
TOLERANCE = 300
# A real application keeps it where it keeps its work, in the same transaction.
cursor = {"since": 0}


def keys():
    """Read at each use: while a secret is replaced the file holds both, one a line."""
    with open(SECRET_FILE, encoding="ascii") as file:
        for line in file.read().split():
            yield base64.b64decode(line[len("whsec_") :]) if line.startswith("whsec_") else line.encode()


def is_signed(headers, body):
    """https://www.standardwebhooks.com: HMAC-SHA256 over id.timestamp.body; one right signature is enough."""
    sent_at = headers.get("webhook-timestamp", "")
    if not sent_at.isdecimal() or abs(time.time() - int(sent_at)) > TOLERANCE:
        return False
    signed = f"{headers.get('webhook-id')}.{sent_at}.".encode() + body
    right = [b"v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)) for key in keys()]
    given = [signature.encode() for signature in headers.get("webhook-signature", "").split()]
    return any(hmac.compare_digest(one, other) for one in right for other in given)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200, cursor if self.path.startswith("/phx/cursor") else {})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if not is_signed(self.headers, body):
            return self.answer(401, {})
        event = json.loads(body)
        print(event["type"], event.get("subject"), json.dumps(event.get("data")), flush=True)
        if event["type"] == "phx.update":
            cursor["since"] = event["data"]["number"]
        self.answer(200, {"status": "SUCCESS"})

    def answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Each request would be a line."""


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8000"))), Handler)
print("listening", server.server_port, flush=True)
server.serve_forever()
