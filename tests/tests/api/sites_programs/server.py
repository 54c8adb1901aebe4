"""Answers what it was asked, and tries what it should not be able to do."""

import base64
import ctypes
import glob
import hashlib
import json
import os
import socket
import sqlite3
import struct
import subprocess
import sys
import time
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

RUN = uuid.uuid4().hex
NAME = open("name").read().strip()
KEPT = os.path.join(os.environ["DATA_DIR"], "kept")
MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
LIBC = ctypes.CDLL(None, use_errno=True)


def call(number, *arguments):
    """A system call by its number on x86-64; what it gave, or None if it was refused."""
    came = LIBC.syscall(ctypes.c_long(number), *arguments)
    return None if came < 0 else came


def connect(host, port, family=socket.AF_INET):
    with socket.socket(family, socket.SOCK_STREAM) as one:
        one.settimeout(2)
        one.connect((host, port))
    return "connected"


def redis(place, words):
    """What a server of Redis answers, once the password has let in."""
    with socket.create_connection((place.hostname, place.port), 5) as one:
        told = one.makefile("rb")
        for asked in [[b"AUTH", place.username.encode(), place.password.encode()], words]:
            one.sendall(b"*%d\r\n" % len(asked) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in asked))
            line = told.readline().strip()
        if line[:1] == b"$" and line != b"$-1":
            return told.read(int(line[1:]))
        return line


def fetch(url):
    """The status that a host answers with, or why there is none."""
    try:
        with urllib.request.urlopen(url, timeout=20) as came:
            return str(came.status).encode()
    except Exception as why:
        return repr(why).encode()


def tunnel(target):
    """The status with which the way out answers who asks for a tunnel; nothing if there is no way out."""
    try:
        with socket.create_connection(("127.0.0.3", 5432), 20) as way:
            way.settimeout(20)
            way.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
            return b"".join(way.recv(64).split(b" ")[1:2])
    except OSError:
        return b""


def unreadable(path):
    return open(path, "rb").read(16).hex() or None


def others():
    """Processes that are neither this one nor its box's first ones."""
    seen = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [number for number in seen if number > 50 and number != os.getpid()] or None


def attempts(port, data):
    own = port and int(port)
    return {
        "the gateway's port": lambda: connect("127.0.0.1", own),
        "the gateway's port over IPv6": lambda: connect("::1", own, socket.AF_INET6),
        "a database's port": lambda: connect("127.0.0.1", 5432),
        "the metadata service": lambda: connect("169.254.169.254", 80),
        "a private network": lambda: connect("10.0.0.1", 80),
        "a name server": lambda: socket.getaddrinfo("example.com", 80) and "resolved",
        "a raw socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1) and "made",
        "a packet socket": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW) and "made",
        "the passwords of the host": lambda: unreadable("/etc/shadow"),
        "the installation's folder": lambda: os.listdir(data) and "listed",
        "the home of root": lambda: os.listdir("/root") and "listed",
        "homes": lambda: os.listdir("/home") or None,
        "the root of another process": lambda: os.listdir("/proc/1/root/root") and "listed",
        "the memory of the first process": lambda: unreadable("/proc/1/mem"),
        "the environment of the first process": lambda: unreadable("/proc/1/environ"),
        "other processes": others,
        "the host's disks": lambda: [name for name in os.listdir("/dev") if name.startswith(("sd", "vd", "nvme"))] or None,
        "the kernel's log": lambda: unreadable("/dev/kmsg"),
        "writing to its release": lambda: open("/app/name", "w") and "opened",
        "writing to the system": lambda: open("/usr/bin/evil", "w") and "opened",
        "a kernel setting": lambda: open("/proc/sys/kernel/hostname", "w").write("x"),
        "another namespace": lambda: call(272, 0x10000000),
        "a mount": lambda: call(165, b"none", b"/tmp", b"tmpfs", 0, None),
        "another root": lambda: call(161, b"/"),
        "io_uring": lambda: call(425, 8, ctypes.create_string_buffer(120)),
        "tracing": lambda: call(101, 16, 1, 0, 0),
        "bpf": lambda: call(321, 0, ctypes.create_string_buffer(72), 72),
        "keys": lambda: call(248, b"user", b"x", b"y", 1, -3),
        "a kernel module": lambda: call(175, b"x", 1, b""),
        "a file by its handle": lambda: call(304, -100, ctypes.create_string_buffer(64), 0),
        "becoming root": lambda: os.setuid(0) or "root",
        "being root": lambda: "root" if os.getuid() == 0 else None,
        "a device": lambda: os.mknod("/tmp/sda", 0o60666, os.makedev(8, 0)) or "made",
    }


def attempt(trying):
    try:
        return trying()
    except Exception:
        return None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body, status=200):
        self.send_response(status)
        self.send_header("X-From", "program")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def tell(self):
        length = len(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        if self.headers.get("Transfer-Encoding") == "chunked":
            length = self.chunks()
        headers = {name.lower(): value for name, value in self.headers.items()}
        told = {"method": self.command, "path": self.path, "headers": headers, "length": length, "name": NAME, "run": RUN}
        self.answer(json.dumps(told).encode())

    def chunks(self):
        length = 0
        while size := int(self.rfile.readline(), 16):
            length += len(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return length

    def socket(self):
        accept = base64.b64encode(hashlib.sha1((self.headers["Sec-WebSocket-Key"] + MAGIC).encode()).digest()).decode()
        self.send_response(101)
        for name, value in [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept)]:
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = True
        while head := self.rfile.read(2):
            length = head[1] & 0x7F
            mask, text = self.rfile.read(4), self.rfile.read(length)
            plain = bytes(byte ^ mask[place % 4] for place, byte in enumerate(text))
            self.wfile.write(struct.pack("BB", 0x81, length) + plain)

    def do_GET(self):
        first, _, rest = urlsplit(self.path).path.strip("/").partition("/")
        if first == "socket":
            self.socket()
        elif first == "stream":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for _ in range(100):
                self.wfile.write(b"6\r\npiece\n\r\n")
            self.wfile.write(b"0\r\n\r\n")
        elif first == "status":
            self.answer(b"" if rest in ("204", "304") else b"body", int(rest))
        elif first == "exit":
            os._exit(int(rest))
        elif first == "env":
            self.answer(json.dumps(dict(os.environ)).encode())
        elif first == "write":
            open(KEPT, "w").write(rest)
            self.answer(b"")
        elif first == "read":
            self.answer(open(KEPT, "rb").read())
        elif first == "print":
            print(rest, flush=True)
            self.answer(b"")
        elif first == "psql":
            program = sorted(glob.glob("/usr/lib/postgresql/*/bin/psql"))[-1]
            asked = [program, os.environ["DATABASE_URL"], "-Atc", "CREATE TABLE IF NOT EXISTS a (b int); SELECT current_user"]
            done = subprocess.run(asked, capture_output=True, text=True)
            self.answer((done.stdout + done.stderr).encode())
        elif first == "mariadb":
            place = urlsplit(os.environ["DATABASE_URL"])
            asked = ["mariadb", "--no-defaults", "--protocol=tcp", "--skip-column-names", f"--host={place.hostname}"]
            asked += [f"--port={place.port}", f"--user={place.username}", "--execute", "SELECT CURRENT_USER()"]
            asked += [place.path.strip("/")]
            done = subprocess.run(asked, capture_output=True, text=True, env={**os.environ, "MYSQL_PWD": place.password})
            self.answer((done.stdout + done.stderr).encode())
        elif first == "redis":
            # What was asked for, word by word, of the database that the site was given first.
            self.answer(redis(urlsplit(os.environ["DATABASE_URL"]), [word.encode() for word in rest.split("/")]))
        elif first == "sqlite":
            place = os.environ["DATABASE_URL"].removeprefix("sqlite://")
            with sqlite3.connect(place) as database:
                database.execute("CREATE TABLE IF NOT EXISTS visits (at REAL)")
                database.execute("INSERT INTO visits VALUES (1)")
                count = database.execute("SELECT count(*) FROM visits").fetchone()[0]
            self.answer(str(count).encode())
        elif first == "fetch":
            self.answer(fetch(parse_qs(urlsplit(self.path).query)["url"][0]))
        elif first == "tunnel":
            self.answer(tunnel(rest))
        elif first == "sleep":
            time.sleep(float(rest))
            self.answer(b"slept")
        elif first == "escape":
            query = parse_qs(urlsplit(self.path).query)
            tried = attempts(query["port"][0], query["data"][0])
            self.answer(json.dumps({name: attempt(trying) for name, trying in tried.items()}).encode())
        else:
            self.tell()

    def do_HEAD(self):
        self.send_response(200)
        self.send_header("X-From", "program")
        self.end_headers()

    do_POST = tell

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


print("ready", file=sys.stderr, flush=True)
Server(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
