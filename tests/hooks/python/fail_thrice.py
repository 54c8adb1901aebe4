"""Answers two deliveries with 500, is gone until the file KEPT/missed is there, and then takes one."""

import os
import signal
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

# Whoever waits for this program does not do so for ever.
signal.alarm(60)


class Receiver(BaseHTTPRequestHandler):
    answers = [500, 500, 204]

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        status = Receiver.answers.pop(0)
        self.send_response(status)
        self.end_headers()
        if status == 500:
            self.wfile.write(b"on fire")

    def log_message(self, *_):
        pass


def serve(until):
    """Listens as long as more answers are left than this."""
    with HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Receiver) as server:
        while len(Receiver.answers) > until:
            server.handle_request()


serve(until=1)
while not Path(os.environ["KEPT"], "missed").exists():
    time.sleep(0.02)
serve(until=0)
