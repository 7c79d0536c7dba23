"""Takes events when it has time for them, and says when they are done."""

import json
import os
import urllib.request

SIDECAR = os.environ.get("SIDECAR", "http://127.0.0.1:4100")


def pull():
    """Waits for up to 20 s. What is not acknowledged within 30 s comes again."""
    query = "consumer=billing&topic=numbers:*&max=10&wait=20s"
    with urllib.request.urlopen(f"{SIDECAR}/v1/events/pull?{query}", timeout=30) as response:
        return json.load(response)["events"]


def acknowledge(events):
    body = json.dumps({"consumer": "billing", "ids": [event["id"] for event in events]}).encode()
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"{SIDECAR}/v1/events/ack", data=body, headers=headers)
    urllib.request.urlopen(request, timeout=10).close()


while True:
    taken = pull()
    for event in taken:
        print(event["type"], event.get("subject"), json.dumps(event.get("data")), flush=True)
    if taken:
        acknowledge(taken)
