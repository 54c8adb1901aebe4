"""Takes one delivery and has it verified by `standardwebhooks`, `svix` and, with PUBLIC_KEY, `cryptography`.

Each of SECRETS must verify it, and none may verify it once it was changed. What came is left in the folder KEPT.
"""

import os
import signal
import sys
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import standardwebhooks
import svix.webhooks
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

# Whoever waits for this program does not do so for ever.
signal.alarm(60)

LIBRARIES = {"standardwebhooks": standardwebhooks.Webhook, "svix": svix.webhooks.Webhook}
REFUSALS = (standardwebhooks.WebhookVerificationError, svix.webhooks.WebhookVerificationError, InvalidSignature)


def must_verify(what, verify, body):
    """That this takes the very bytes that came, and refuses others."""
    verify(body)
    try:
        verify(body.replace(b'"id"', b'"ID"'))
    except REFUSALS:
        print(f"  python: {what} verified it, and refused what was changed")
        return
    raise AssertionError(f"{what} takes what was not signed")


def asymmetric(key, headers):
    """Standard Webhooks 1.0.0 as it is written: the libraries know no `v1a`."""
    public = Ed25519PublicKey.from_public_bytes(b64decode(key.removeprefix("whpk_")))
    signed = dict(signature.split(",") for signature in headers["webhook-signature"].split(" "))["v1a"]
    start = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode()
    return lambda body: public.verify(b64decode(signed), start + body)


def verify(body, headers):
    for number, secret in enumerate(os.environ["SECRETS"].split(), 1):
        for name, library in LIBRARIES.items():
            webhook = library(secret)
            must_verify(f"{name}, secret {number},", lambda changed: webhook.verify(changed, headers), body)
    if key := os.environ.get("PUBLIC_KEY"):
        must_verify("cryptography, by the public key,", asymmetric(key, headers), body)


class Receiver(BaseHTTPRequestHandler):
    verified = None

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        kept = Path(os.environ["KEPT"])
        (kept / "body").write_bytes(body)
        (kept / "head").write_text("".join(f"{name.lower()}: {value}\n" for name, value in self.headers.items()))
        Receiver.verified = False
        verify(body, dict(self.headers))
        Receiver.verified = True
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Receiver)
# One that only looks whether somebody listens is no delivery.
while Receiver.verified is None:
    server.handle_request()
sys.exit(not Receiver.verified)
