"""Signs an event as Stripe's own library verifies it: sign.py FILE. Prints the header."""

import os
import sys
import time

import stripe

secret = os.environ["MAINSTAY_STRIPE_WEBHOOK_SECRET"]
payload = open(sys.argv[1], encoding="utf-8").read()
now = int(time.time())
header = f"t={now},v1={stripe.WebhookSignature._compute_signature(f'{now}.{payload}', secret)}"
event = stripe.Webhook.construct_event(payload, header, secret)
assert event.type == "checkout.session.completed", event
print(header)
