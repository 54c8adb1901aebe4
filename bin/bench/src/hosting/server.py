"""Answers every request with what lies in the file "text" and a number that this process drew when it was started."""

import os
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY = (open("text").read() + uuid.uuid4().hex).encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
