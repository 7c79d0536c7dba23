"""Reads events as they come, and goes on exactly behind the last one when the connection breaks."""

import json
import os
import time
import urllib.request

SIDECAR = os.environ.get("SIDECAR", "http://127.0.0.1:4100")
last = ""

while True:
    try:
        with urllib.request.urlopen(f"{SIDECAR}/v1/events?format=ndjson&topic=numbers:*&after={last}") as lines:
            for line in lines:
                event = json.loads(line)
                last = event["id"]
                print(event["type"], event.get("subject"), json.dumps(event.get("data")), flush=True)
    except OSError as error:
        print("not now:", error, flush=True)
    time.sleep(1)
