"""Somebody else's certificate authority that speaks ACME (acme2certifier), by HTTPS on a port of this machine.

Run as: authority.py FOLDER PORT PORT_OF_NAME_SERVER PORT_OF_GATEWAY. The folder holds acme_srv.cfg, server.pem and
server.key.
"""

import os
import socketserver
import ssl
import sys
from wsgiref import simple_server

import dns.resolver
import urllib3.util.connection

folder, (port, name_server, gateway) = sys.argv[1], map(int, sys.argv[2:])
os.environ["ACME_SRV_CONFIGFILE"] = os.path.join(folder, "acme_srv.cfg")
sys.argv = sys.argv[:1]

begin = dns.resolver.Resolver.__init__


def begin_at_port(self, *arguments, **named):
    """Its settings name the addresses of name servers, not their ports."""
    begin(self, *arguments, **named)
    self.port = name_server


dns.resolver.Resolver.__init__ = begin_at_port

connect = urllib3.util.connection.create_connection


def connect_to_gateway(address, *arguments, **named):
    """It looks at domains on port 80, which a test may not take."""
    host, port = address
    return connect((host, gateway if port == 80 else port), *arguments, **named)


urllib3.util.connection.create_connection = connect_to_gateway

from acme2certifier.share import acme2certifier_wsgi  # noqa: E402  (reads its settings when it is imported)


def application(environ, start_response):
    """It shows addresses as it was asked for them."""
    environ["wsgi.url_scheme"] = "https"
    return acme2certifier_wsgi.application(environ, start_response)


class Server(socketserver.ThreadingMixIn, simple_server.WSGIServer):
    daemon_threads = True


server = simple_server.make_server("127.0.0.1", port, application, server_class=Server)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(os.path.join(folder, "server.pem"), os.path.join(folder, "server.key"))
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
