"""Answers one visitor after the other; the first run ends with a visitor in hand once another one waits to be taken."""

import contextlib
import os
import select
import socket

FIRST = os.path.join(os.environ["DATA_DIR"], "first")
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nagain"
LISTENER = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))


def attend(visitor):
    asked = visitor.recv(65536)
    if not asked:
        return
    if asked.startswith(b"GET /last ") and not os.path.exists(FIRST):
        open(FIRST, "w").close()
        select.select([LISTENER], [], [], 20)
        os._exit(7)
    visitor.sendall(ANSWER)


while True:
    taken, _ = LISTENER.accept()
    with taken, contextlib.suppress(OSError):
        attend(taken)
