"""Pays at localstripe, with Stripe's own library: pay.py URL CARD. Says what became of it."""

import os
import sys

import stripe

stripe.api_base = os.environ["LOCALSTRIPE"]
stripe.api_key = os.environ["MAINSTAY_STRIPE_SECRET_KEY"]
payment, number = sys.argv[1].rsplit("/", 1)[1], sys.argv[2]
card = {"number": number, "exp_month": 12, "exp_year": 2099, "cvc": "123"}
method = stripe.PaymentMethod.create(type="card", card=card)
try:
    # In two steps, since localstripe takes no method while it confirms.
    stripe.PaymentIntent.modify(payment, payment_method=method.id)
    print(stripe.PaymentIntent.confirm(payment).status)
except stripe.CardError as declined:
    print(declined.code)
