"""Checkout in front of localstripe, which has none: a session here is a payment intent there, as it is at Stripe.

Listens on $CHECKOUT_PORT; localstripe is at $LOCALSTRIPE. What the session says of its payment goes there as it is.
"""

import json
import os
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

MADE = {}


class Checkout(BaseHTTPRequestHandler):
    def do_POST(self):
        assert self.path == "/v1/checkout/sessions", self.path
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        form = dict(urllib.parse.parse_qsl(body, strict_parsing=True))
        key = self.headers["idempotency-key"]
        # As Stripe does: the same key makes the same session.
        if key not in MADE:
            MADE[key] = self.make(form)
        self.answer(MADE[key])

    def make(self, form):
        price = "line_items[0][price_data]"
        amount = int(form[f"{price}[unit_amount]"]) * int(form["line_items[0][quantity]"])
        payment = {"amount": amount, "currency": form[f"{price}[currency]"]}
        for name, value in form.items():
            if name.startswith("payment_intent_data["):
                payment[name.removeprefix("payment_intent_data[").replace("]", "", 1)] = value
        made = self.ask("/v1/payment_intents", payment)
        session = "cs_" + made["id"]
        return {"id": session, "object": "checkout.session", "payment_intent": made["id"],
                "url": "http://localhost/pay/" + made["id"]}

    def ask(self, path, form):
        request = urllib.request.Request(os.environ["LOCALSTRIPE"] + path, urllib.parse.urlencode(form).encode())
        request.add_header("authorization", self.headers["authorization"])
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def answer(self, content):
        text = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


HTTPServer(("127.0.0.1", int(os.environ["CHECKOUT_PORT"])), Checkout).serve_forever()
